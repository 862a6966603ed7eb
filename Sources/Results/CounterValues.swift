/// The number of events between two moments, of one thread or of several.
package struct CounterValues: Codable, Equatable, Sendable {
  /// An event that this machine does not count is missing.
  package var counts: [CounterEvent: Int]
  /// The part of the time in which the events were counted, of the event that was counted least. Where a processor has
  /// too few counters they take turns, and the counts are extrapolated to the whole time.
  package var countedShare: Double

  package init(counts: [CounterEvent: Int] = [:], countedShare: Double = 1) {
    self.counts = counts
    self.countedShare = countedShare
  }

  package subscript(event: CounterEvent) -> Int? { counts[event] }

  /// How many of `event` there were for each of `other`; nil where one of them is missing or `other` is 0.
  package func ratio(_ event: CounterEvent, per other: CounterEvent) -> Double? {
    guard let count = counts[event], let others = counts[other], others > 0 else { return nil }
    return Double(count) / Double(others)
  }

  /// The sum over two threads or intervals. It has the events that both have.
  package static func + (a: CounterValues, b: CounterValues) -> CounterValues {
    var counts: [CounterEvent: Int] = [:]
    for (event, count) in a.counts { counts[event] = b.counts[event].map { count + $0 } }
    return CounterValues(counts: counts, countedShare: min(a.countedShare, b.countedShare))
  }

  enum CodingKeys: String, CodingKey {
    case counts
    case countedShare = "counted_share"
  }
}
