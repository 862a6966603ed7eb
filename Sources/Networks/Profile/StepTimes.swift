import Terms
import Threads

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
  ///   - rowOfDispatch: the row that each dispatch belongs to
  ///   - activities: what the workers of each dispatch do outside of phases
  init(_ step: RecordedStep, rowOfDispatch: [Int], rows count: Int, activities: [KernelPhase?]) {
    let workers = step.spans.count
    var rows = [Row](repeating: Row(workers: Array(repeating: [:], count: workers)), count: count)
    for (dispatch, interval) in step.dispatches.enumerated() {
      rows[rowOfDispatch[dispatch]].duration += Double(interval.upperBound - interval.lowerBound)
    }
    let jobs = Self.jobs(step)
    for (worker, spans) in step.spans.enumerated() {
      var tallies = step.dispatches.map { Tally(Double($0.upperBound - $0.lowerBound)) }
      for span in spans { tallies[Int(span.operation)].add(span) }
      if worker > 0 { for index in tallies.indices { tallies[index].close(jobs[index]) } }
      for (dispatch, tally) in tallies.enumerated() {
        rows[rowOfDispatch[dispatch]].add(tally, of: worker, isCaller: worker == 0, work: activities[dispatch])
      }
    }
    duration = Double(step.end - step.begin)
    between = duration - rows.reduce(0) { $0 + $1.duration }
    self.rows = rows
  }

  /// The jobs of each dispatch, as worker 0 saw them: from their publication until all workers had ended.
  static func jobs(_ step: RecordedStep) -> [[Range<UInt64>]] {
    var jobs = [[Range<UInt64>]](repeating: [], count: step.dispatches.count)
    var begin: UInt64 = 0
    for span in step.spans[0] {
      if case .job = span.kind { begin = span.begin }
      if case .joining = span.kind { jobs[Int(span.operation)].append(begin..<span.end) }
    }
    return jobs
  }
}

/// One worker's time in one dispatch, in nanoseconds.
private struct Tally {
  let duration: Double
  var phases: [KernelPhase: (time: Double, calls: Int)] = [:]
  var (waiting, preempted, starting, outside) = (0.0, 0.0, 0.0, 0.0)
  /// The worker's own jobs.
  var jobs: [Range<UInt64>] = []

  init(_ duration: Double) { self.duration = duration }

  mutating func add(_ span: Span) {
    let (time, lost) = (Double(span.nanoseconds), Double(span.preempted))
    switch span.kind {
    case .job: jobs.append(span.begin..<span.end)
    case .preempted: preempted += time
    case .waiting, .joining: waiting += time
    case .phase(let phase):
      preempted += lost
      let before = phases[phase] ?? (0, 0)
      phases[phase] = (before.time + time - lost, before.calls + 1)
    }
  }

  /// For all workers but 0: the time before, behind and outside its jobs, from when the caller's began and ended.
  mutating func close(_ callers: [Range<UInt64>]) {
    outside = duration
    for (own, caller) in zip(jobs, callers) {
      starting += Double(max(own.lowerBound, caller.lowerBound) - caller.lowerBound)
      waiting += Double(max(caller.upperBound, own.upperBound) - own.upperBound)
      outside -= Double(caller.upperBound - caller.lowerBound)
    }
  }
}

extension StepTimes.Row {
  /// Adds a worker's time in a dispatch; what no span explains is the dispatch's `work`.
  fileprivate mutating func add(_ tally: Tally, of worker: Int, isCaller: Bool, work: KernelPhase?) {
    var times: [ThreadActivity: Double] = [:]
    for (phase, (time, calls)) in tally.phases {
      times[.phase(phase)] = time
      self.calls[phase, default: 0] += calls
    }
    if tally.waiting > 0 { times[.waiting] = tally.waiting }
    if tally.preempted > 0 { times[.preempted] = tally.preempted }
    if tally.starting > 0 { times[.starting] = tally.starting }
    if !isCaller, tally.outside > 0 { times[.idle] = tally.outside }
    let rest = max(tally.duration - times.values.reduce(0, +), 0)
    if rest > 0 { times[work.map { .phase($0) } ?? .other, default: 0] += rest }
    if let work, tally.phases[work] == nil { calls[work, default: 0] += 1 }
    activities.merge(times, uniquingKeysWith: +)
    workers[worker].merge(times, uniquingKeysWith: +)
  }
}
