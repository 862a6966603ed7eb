/// A place in a series where its level changes.
package struct Changepoint: Equatable, Sendable {
  /// The first sample of the new level.
  package let index: Int
  /// The relative change of the median, between the samples before and after, up to the neighbouring changepoints.
  package let change: Double
  /// The probability of a statistic at least as large in a series without any change.
  package let pValue: Double
}

/// Finds the places where a series changes its level, whatever the shape of its noise.
///
/// The search works on ranks. Its statistic is the largest standardised difference of the mean ranks before and after a
/// place, within any of a set of overlapping intervals; over the whole series alone, a change that is undone later
/// would not show. Seeded permutations give its p-value; then each side is searched again. A change at level 0.01 needs
/// about a dozen samples.
///
/// Sources: Pettitt 1979, A non-parametric approach to the change-point problem (the ranks); Kovacs, Buehlmann, Li &
/// Munk 2023, Seeded binary segmentation (the intervals).
package struct ChangepointSearch: Sendable {
  package var level = 0.01
  /// Smaller relative changes may be real, but are not reported.
  package var smallestChange = 0.01
  package var permutations = 999
  package var seed: UInt64 = 1
  /// The fewest samples that make a level; one or two may be outliers.
  package var fewest = 3

  package init() {}

  /// The changepoints, in ascending order of index.
  /// - Parameter samples: in the order of time
  /// - Complexity: O(`permutations` x n log n) for each part searched
  package func changepoints(in samples: [Double]) -> [Changepoint] {
    guard samples.count >= 2 * fewest else { return [] }
    var random = SplitMix64(seed: seed)
    var found: [(index: Int, pValue: Double)] = []
    search(samples, 0..<samples.count, &random, &found)
    found.sort { $0.index < $1.index }
    // When a small change is dropped, the levels beside it become one, so the changes next to it are computed again.
    while true {
      let bounds = [0] + found.map(\.index) + [samples.count]
      let levels = zip(bounds, bounds.dropFirst()).map { median(Array(samples[$0..<$1])) }
      let changes = zip(levels, levels.dropFirst()).map { $1 / $0 - 1 }
      guard let small = changes.indices.min(by: { abs(changes[$0]) < abs(changes[$1]) }),
        abs(changes[small]) < smallestChange
      else { return zip(found, changes).map { Changepoint(index: $0.index, change: $1, pValue: $0.pValue) } }
      found.remove(at: small)
    }
  }

  private func search(
    _ samples: [Double], _ range: Range<Int>, _ random: inout SplitMix64, _ found: inout [(index: Int, pValue: Double)]
  ) {
    guard range.count >= 2 * fewest else { return }
    var ranks = ranks(Array(samples[range]))
    let intervals = intervals(ranks.count)
    let (split, statistic) = largestDifference(ranks, intervals)
    var asLarge = 1
    for _ in 0..<permutations {
      for last in stride(from: ranks.count - 1, to: 0, by: -1) { ranks.swapAt(last, random.next(below: last + 1)) }
      if largestDifference(ranks, intervals).statistic >= statistic { asLarge += 1 }
    }
    let pValue = Double(asLarge) / Double(permutations + 1)
    guard pValue <= level else { return }
    let index = range.lowerBound + refined(split, Array(samples[range]))
    found.append((index, pValue))
    search(samples, range.lowerBound..<index, &random, &found)
    search(samples, index..<range.upperBound, &random, &found)
  }

  /// Ranks ignore sizes, so a sample that is extreme in its own part can move the split by a few places. This returns
  /// the place nearby where both parts lie closest to their medians.
  private func refined(_ split: Int, _ samples: [Double]) -> Int {
    func distance(_ part: ArraySlice<Double>) -> Double {
      let centre = median(Array(part))
      return part.reduce(0) { $0 + abs($1 - centre) }
    }
    let reach = max(5, samples.count / 20)
    let candidates = max(fewest, split - reach)...min(samples.count - fewest, split + reach)
    let distances = candidates.map { distance(samples[..<$0]) + distance(samples[$0...]) }
    return candidates.lowerBound + distances.indices.min { distances[$0] < distances[$1] }!
  }

  /// The intervals to search: all of `count` samples, then halves and smaller parts, each overlapping the next by half.
  private func intervals(_ count: Int) -> [Range<Int>] {
    var intervals: [Range<Int>] = []
    var length = count
    while length >= 2 * fewest {
      let number = length == count ? 1 : (2 * count + length - 1) / length - 1
      for place in 0..<number {
        let start = number == 1 ? 0 : place * (count - length) / (number - 1)
        intervals.append(start..<start + length)
      }
      length = (length + 1) / 2
    }
    return intervals
  }

  /// The place with the largest standardised difference of mean ranks, within any interval.
  private func largestDifference(_ ranks: [Double], _ intervals: [Range<Int>]) -> (split: Int, statistic: Double) {
    var sums = [0.0]
    for rank in ranks { sums.append(sums[sums.count - 1] + rank) }
    var best = (split: fewest, statistic: -1.0)
    for interval in intervals {
      for place in interval.lowerBound + fewest...interval.upperBound - fewest {
        let (before, after) = (Double(place - interval.lowerBound), Double(interval.upperBound - place))
        let difference =
          (sums[place] - sums[interval.lowerBound]) / before - (sums[interval.upperBound] - sums[place]) / after
        let statistic = abs(difference) * (before * after / (before + after)).squareRoot()
        if statistic > best.statistic { best = (place, statistic) }
      }
    }
    return best
  }
}
