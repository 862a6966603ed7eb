import Results
import Statistics

extension [GateRound] {
  /// The rounds that other load has not disturbed, judging by their lengths; at least `fewest` of them, or all where
  /// there are fewer.
  ///
  /// Other load makes steps several times slower, and seldom those of all three processes alike. The length of a round
  /// is the sum over head and both processes of base. It does not distinguish them, so choosing rounds by it favours
  /// none of equal processes, and the tests stay valid. A head that is slower by some per cent is slower in every
  /// round.
  package func calm(fewest: Int) -> [GateRound] {
    let lengths = map(\.length)
    let sorted = lengths.sorted()
    guard !isEmpty else { return [] }
    let limit = Swift.max(1.1 * quantile(0.05, ofSorted: sorted), sorted[Swift.max(Swift.min(fewest, count), 1) - 1])
    return zip(self, lengths).compactMap { $1 <= limit ? $0 : nil }
  }
}

extension GateRound {
  /// The typical steps of all three processes together, in seconds.
  fileprivate var length: Double { Self.typical(base) + Self.typical(control) + Self.typical(head) }
}
