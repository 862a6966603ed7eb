import Terms
import Threads

/// What each worker did at every moment of a recorded step. Times are nanoseconds since the step began.
///
/// The slices of a worker have no gaps, so whatever is added up from them adds up to the step.
package struct StepSlices: Sendable {
  package struct Slice: Equatable, Sendable {
    package var begin: UInt64
    package var end: UInt64
    /// The row of the profile; nil between operations.
    package var row: Int?
    package var activity: ThreadActivity

    package var nanoseconds: UInt64 { end - begin }

    /// Whether two slices can be one.
    func isAlike(_ other: Slice) -> Bool { row == other.row && activity == other.activity }
  }

  let duration: UInt64
  /// The slices of each worker, from 0 to `duration`.
  let workers: [[Slice]]

  /// - Parameters:
  ///   - rowOfDispatch: the row that each dispatch belongs to
  ///   - activities: what the workers of each dispatch do outside of phases
  init(_ step: RecordedStep, rowOfDispatch: [Int], activities: [KernelPhase?]) {
    duration = step.end - step.begin
    let jobs = Self.jobs(step)
    workers = step.spans.enumerated().map { worker, spans in
      var builder = SliceBuilder(begin: step.begin)
      var own = [[Span]](repeating: [], count: step.dispatches.count)
      for span in spans { own[Int(span.operation)].append(span) }
      for (dispatch, interval) in step.dispatches.enumerated() {
        builder.fill(until: interval.lowerBound, nil, worker == 0 ? .other : .idle)
        builder.row = rowOfDispatch[dispatch]
        let work = activities[dispatch].map { ThreadActivity.phase($0) } ?? .other
        builder.add(own[dispatch], work, callers: worker == 0 ? nil : jobs[dispatch])
        builder.fill(until: interval.upperBound, builder.row, worker == 0 ? work : .idle)
      }
      builder.fill(until: step.end, nil, worker == 0 ? .other : .idle)
      return builder.slices
    }
  }

  /// The jobs of each dispatch, as worker 0 saw them: from their publication until all workers had ended.
  private static func jobs(_ step: RecordedStep) -> [[Range<UInt64>]] {
    var jobs = [[Range<UInt64>]](repeating: [], count: step.dispatches.count)
    var begin: UInt64 = 0
    for span in step.spans[0] {
      if case .job = span.kind { begin = span.begin }
      if case .joining = span.kind { jobs[Int(span.operation)].append(begin..<span.end) }
    }
    return jobs
  }
}

/// Puts slices one behind the other. What overlaps the last one is cut off.
private struct SliceBuilder {
  private let begin: UInt64
  private var now: UInt64
  var row: Int?
  private(set) var slices: [StepSlices.Slice] = []

  init(begin: UInt64) { (self.begin, now) = (begin, begin) }

  /// Everything up to `end`, a time of the clock, is `activity`.
  mutating func fill(until end: UInt64, _ row: Int?, _ activity: ThreadActivity) {
    guard end > now else { return }
    slices.append(StepSlices.Slice(begin: now - begin, end: end - begin, row: row, activity: activity))
    now = end
  }

  /// The spans of a dispatch, with `work` between them.
  /// - Parameter callers: the jobs as worker 0 saw them; nil for worker 0, which works outside of jobs too
  mutating func add(_ spans: [Span], _ work: ThreadActivity, callers: [Range<UInt64>]?) {
    let inner = spans.filter { $0.kind != .job }.sorted { $0.begin < $1.begin }
    guard let callers else { return add(inner, work) }
    let jobs = spans.filter { $0.kind == .job }
    for (job, caller) in zip(jobs, callers) {
      fill(until: caller.lowerBound, row, .idle)
      fill(until: job.begin, row, .starting)
      add(inner.filter { $0.begin >= job.begin && $0.begin < job.end }, work)
      fill(until: job.end, row, work)
      fill(until: caller.upperBound, row, .waiting)
    }
  }

  private mutating func add(_ inner: [Span], _ work: ThreadActivity) {
    for span in inner {
      fill(until: span.begin, row, work)
      switch span.kind {
      case .job: break
      case .waiting, .joining: fill(until: span.end, row, .waiting)
      case .preempted: fill(until: span.end, row, .preempted)
      case .phase(let phase):
        // When in the phase the core was lost is not known.
        fill(until: span.end - min(UInt64(span.preempted), span.nanoseconds), row, .phase(phase))
        fill(until: span.end, row, .preempted)
      }
    }
  }
}
