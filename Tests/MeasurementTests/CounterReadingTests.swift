import Results
import Testing

@testable import Measurement

/// Readings of a group as the kernel writes them, and differences of readings.
@Suite struct CounterReadingTests {
  static let places = [CounterEvent.cycles, .instructions].map(CounterReading.place)

  static func reading(_ words: [UInt64], byteCount: Int? = nil) -> CounterReading {
    var reading = CounterReading()
    reading.add(words, byteCount: byteCount ?? words.count * 8, places: places)
    return reading
  }

  @Test func everyEventHasAPlace() {
    var reading = CounterReading()
    for event in CounterEvent.allCases { reading[event] = .init(value: 1, enabled: 1, running: 1) }
    #expect(CounterEvent.allCases.count == 8 && CounterEvent.allCases.allSatisfy { reading[$0] != nil })
  }

  @Test func groupIsRead() {
    let reading = Self.reading([2, 1000, 500, 70, 80])
    #expect(reading[.cycles] == .init(value: 70, enabled: 1000, running: 500))
    #expect(reading[.instructions] == .init(value: 80, enabled: 1000, running: 500))
    #expect(reading[.branchMisses] == nil)
  }

  /// A group that the kernel could not place reads as end of file; an error is -1.
  @Test(arguments: [0, -1, 32])
  func groupThatIsNotReadIsMissing(byteCount: Int) {
    #expect(Self.reading([2, 1000, 500, 70, 80], byteCount: byteCount)[.cycles] == nil)
    #expect(Self.reading([3, 1000, 500, 70, 80])[.cycles] == nil, "another group's words")
  }

  @Test func differenceOfAWholeTimeIsExact() {
    let values = Self.reading([2, 300, 200, 170, 90]).since(Self.reading([2, 200, 100, 70, 80]))
    #expect(values == CounterValues(counts: [.cycles: 100, .instructions: 10], countedShare: 1))
    #expect(values.ratio(.instructions, per: .cycles) == 0.1)
    #expect(values.ratio(.instructions, per: .branchMisses) == nil)
  }

  @Test func countsOfAPartAreExtrapolated() {
    let values = Self.reading([2, 1100, 350, 170, 80]).since(Self.reading([2, 100, 100, 70, 80]))
    #expect(values == CounterValues(counts: [.cycles: 400, .instructions: 0], countedShare: 0.25))
  }

  @Test func eventsThatGotNoCounterAreMissing() {
    let values = Self.reading([2, 1100, 100, 70, 80]).since(Self.reading([2, 100, 100, 70, 80]))
    #expect(values == CounterValues(counts: [:], countedShare: 0))
  }

  @Test func sumsHaveTheEventsOfBoth() {
    let counters = ManualCounters([.cycles, .pageFaults])
    let before = counters.read()
    counters.advance(nanoseconds: 100, countedShare: 0.5, [.cycles: 10, .pageFaults: 1, .branchMisses: 3])
    let values = counters.read().since(before)
    #expect(values == CounterValues(counts: [.cycles: 20, .pageFaults: 2], countedShare: 0.5))
    let sum = values + CounterValues(counts: [.cycles: 1, .instructions: 7])
    #expect(sum == CounterValues(counts: [.cycles: 21], countedShare: 0.5))
  }
}
