import Statistics

/// Chooses among candidates that were measured in turns.
package enum TuningRule {
  /// Candidates that are so little slower than the fastest count as equal. In the next process, with other addresses, the
  /// order of two such candidates may be the other one.
  package static let tie = 0.01

  /// The first of those that cannot be told from the fastest, or are hardly slower. So ties end the same each time: in
  /// favour of the candidate that is preferred anyway.
  /// - Parameter candidates: the seconds of each in every round, in the order of preference; at least one
  /// - Returns: the index of the chosen one
  package static func choose(_ candidates: [[Double]]) -> Int {
    let times = candidates.map { median($0) }
    let fastest = times.indices.min { times[$0] < times[$1] }!
    return times.indices.first { index in
      if index == fastest || times[index] <= times[fastest] * (1 + tie) { return true }
      // Above 1 it would be faster.
      guard let speed = PairedRatio(candidates[index], against: candidates[fastest]) else { return false }
      return speed.interval.upperBound >= 1
    }!
  }
}
