import Results
import Statistics

extension [GateRound] {
  /// The rounds in which nothing else got in the way, as far as their lengths tell; at least `fewest`, where there are as
  /// many.
  ///
  /// Other load makes steps several times slower, and seldom all three processes alike. A round's length is the sum over
  /// head and both processes of base: it does not tell them apart, so if they are equal, what is left is as likely to be
  /// in favour of one as of another, and the tests hold. A head that is slower by some per cent is so in every round.
  package func calm(fewest: Int) -> [GateRound] {
    let lengths = map(\.length)
    let sorted = lengths.sorted()
    guard !isEmpty else { return [] }
    let limit = Swift.max(1.1 * quantile(0.05, ofSorted: sorted), sorted[Swift.max(Swift.min(fewest, count), 1) - 1])
    return zip(self, lengths).compactMap { $1 <= limit ? $0 : nil }
  }
}

extension GateRound {
  fileprivate var length: Double { Self.typical(base) + Self.typical(control) + Self.typical(head) }
}
