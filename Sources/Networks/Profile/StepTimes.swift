import Terms

/// Where the time of a recorded step went. All times are in nanoseconds.
///
/// For each row of the profile, the times of all activities over all workers are the row's duration times the number
/// of workers; the durations of all rows and `between` are the step's.
package struct StepTimes: Sendable {
  /// From the first reading of the clock to the last one.
  package let duration: Double
  /// Between dispatches, and before the first and behind the last one.
  package let between: Double
  package let rows: [Row]

  package struct Row: Sendable {
    package fileprivate(set) var duration = 0.0
    /// By activity, over all workers.
    package fileprivate(set) var activities: [ThreadActivity: Double] = [:]
    /// How many spans each phase had.
    package fileprivate(set) var calls: [KernelPhase: Int] = [:]
    /// For each worker: its time in all activities that are work, and in those that are not.
    package fileprivate(set) var workers: [[ThreadActivity: Double]]
  }

  /// - Parameters:
  ///   - slices: those of the step
  ///   - rowOfDispatch: the row that each dispatch belongs to
  init(_ step: RecordedStep, _ slices: StepSlices, rowOfDispatch: [Int], rows count: Int) {
    var rows = [Row](repeating: Row(workers: Array(repeating: [:], count: step.spans.count)), count: count)
    for (dispatch, interval) in step.dispatches.enumerated() {
      rows[rowOfDispatch[dispatch]].duration += Double(interval.upperBound - interval.lowerBound)
    }
    for (worker, slices) in slices.workers.enumerated() {
      for slice in slices {
        guard let row = slice.row else { continue }
        rows[row].activities[slice.activity, default: 0] += Double(slice.nanoseconds)
        rows[row].workers[worker][slice.activity, default: 0] += Double(slice.nanoseconds)
      }
    }
    for span in step.spans.joined() {
      if case .phase(let phase) = span.kind { rows[rowOfDispatch[Int(span.operation)]].calls[phase, default: 0] += 1 }
    }
    duration = Double(step.end - step.begin)
    between = duration - rows.reduce(0) { $0 + $1.duration }
    self.rows = rows
  }
}
