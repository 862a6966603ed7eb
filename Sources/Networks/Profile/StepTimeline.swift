import Terms

/// The slices of a step as a picture needs them: few enough to draw. Times are nanoseconds since the step began.
package struct StepTimeline: Sendable {
  package typealias Slice = StepSlices.Slice

  package let duration: UInt64
  /// The slices of each worker, from 0 to `duration` without gaps.
  package let workers: [[Slice]]

  /// - Parameter parts: slices shorter than this part of the step belong to a slice beside them
  init(_ slices: StepSlices, parts: UInt64 = 4000) {
    duration = slices.duration
    let shortest = max(duration / parts, 1)
    workers = slices.workers.map { Self.coarse(Self.merged($0), shortest) }
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

extension ProfileRows {
  /// What each worker did at every moment of a step.
  package func timeline(_ step: RecordedStep) -> StepTimeline { StepTimeline(slices(step)) }
}
