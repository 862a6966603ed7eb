import Foundation
import Testing

@testable import Results

@Suite struct CounterValuesTests {
  @Test func missingEventsAreMissingInJSON() throws {
    let values = CounterValues(counts: [.cycles: 12, .lastLevelMisses: 3], countedShare: 0.5)
    let json = String(decoding: try ResultJSON.encode(values), as: UTF8.self)
    #expect(
      json.split(whereSeparator: \.isWhitespace).joined()
        == #"{"counted_share":0.5,"counts":{"cycles":12,"last_level_misses":3}}"#)
    #expect(try JSONDecoder().decode(CounterValues.self, from: Data(json.utf8)) == values)
    #expect(values[.instructions] == nil)
  }

  @Test func costThatIsNotCountedIsNull() throws {
    let cost = StepCost(minorPageFaults: 2)
    let json = try ResultJSON.encode(cost)
    #expect(String(decoding: json, as: UTF8.self).contains(#""allocations" : null"#))
    #expect(try JSONDecoder().decode(StepCost.self, from: json) == cost)
  }
}
