import Terms
import Threads

/// What each worker did at every moment of a recorded step, as a picture needs it. Times are nanoseconds since the step
/// began.
package struct StepTimeline: Sendable {
  package struct Slice: Equatable, Sendable {
    package var begin: UInt64
    package var end: UInt64
    /// The row of the profile; nil between operations.
    package var row: Int?
    package var activity: ThreadActivity

    package var nanoseconds: UInt64 { end - begin }

    /// Whether two slices can be one.
    fileprivate func isAlike(_ other: Slice) -> Bool { row == other.row && activity == other.activity }
  }

  package let duration: UInt64
  /// The slices of each worker, from 0 to `duration` without gaps.
  package let workers: [[Slice]]

  /// - Parameters:
  ///   - rowOfDispatch: the row that each dispatch belongs to
  ///   - activities: what the workers of each dispatch do outside of phases
  ///   - parts: slices shorter than this part of the step belong to a slice beside them
  init(_ step: RecordedStep, rowOfDispatch: [Int], activities: [KernelPhase?], parts: UInt64 = 4000) {
    duration = step.end - step.begin
    let shortest = max(duration / parts, 1)
    let jobs = StepTimes.jobs(step)
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
      return Self.coarse(Self.merged(builder.slices), shortest)
    }
  }

  private static func merged(_ slices: [Slice]) -> [Slice] {
    slices.reduce(into: []) { merged, slice in
      if let last = merged.last, last.isAlike(slice) {
        merged[merged.count - 1].end = slice.end
      } else {
        merged.append(slice)
      }
    }
  }

  /// Short slices in a row become slices of what takes most of them; a short rest belongs to the slice before it.
  private static func coarse(_ slices: [Slice], _ shortest: UInt64) -> [Slice] {
    var (result, short): ([Slice], [Slice]) = ([], [])
    func flush() {
      guard let (begin, end) = short.first.map({ ($0.begin, short[short.count - 1].end) }) else { return }
      if end - begin < shortest, !result.isEmpty {
        result[result.count - 1].end = end
      } else {
        var longest = short[0]
        var most: UInt64 = 0
        for slice in short {
          let sum = short.reduce(0) { $0 + ($1.isAlike(slice) ? $1.nanoseconds : 0) }
          if sum > most { (most, longest) = (sum, slice) }
        }
        result.append(Slice(begin: begin, end: end, row: longest.row, activity: longest.activity))
      }
      short = []
    }
    for slice in slices {
      if slice.nanoseconds >= shortest {
        flush()
        result.append(slice)
      } else {
        short.append(slice)
        if slice.end - short[0].begin >= shortest { flush() }
      }
    }
    flush()
    return merged(result)
  }
}

/// Puts slices one behind the other. What overlaps the last one is cut off.
private struct SliceBuilder {
  private let begin: UInt64
  private var now: UInt64
  var row: Int?
  private(set) var slices: [StepTimeline.Slice] = []

  init(begin: UInt64) { (self.begin, now) = (begin, begin) }

  /// Everything up to `end`, a time of the clock, is `activity`.
  mutating func fill(until end: UInt64, _ row: Int?, _ activity: ThreadActivity) {
    guard end > now else { return }
    slices.append(StepTimeline.Slice(begin: now - begin, end: end - begin, row: row, activity: activity))
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

extension ProfileRows {
  /// What each worker did at every moment of a step.
  package func timeline(_ step: RecordedStep) -> StepTimeline {
    StepTimeline(step, rowOfDispatch: rowOfDispatch, activities: activities)
  }
}
