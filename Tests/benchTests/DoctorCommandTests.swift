import Foundation
import Measurement
import Results
import Statistics
import Testing

@testable import bench

@Suite struct DoctorCommandTests {
  @Test func printsEveryFindingAndItsNoiseFloor() throws {
    let outcome = Outcome(["doctor", "--format", "json"])
    #expect(outcome.status == 0, "\(outcome.err)")
    let table = try #require(try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any])
    let rows = try #require(table["rows"] as? [[String]])
    #expect(rows.suffix(2).map { $0[0] } == ["time between steps", "noise floor"] && rows.count == 19)
    #expect(rows.allSatisfy { Finding.State(rawValue: $0[1]) != nil })
    // --strict changes only the exit code.
    let bad = rows.contains { $0[1] == "bad" }
    let strict = Outcome(["doctor", "--strict"])
    #expect([0, 4].contains(strict.status))
    if bad, strict.out.contains(" bad ") { #expect(strict.status == ExitStatus.unfit) }
  }

  @Test func noiseFloorIsJudgedByTheGatesThreshold() {
    func floor(_ offset: Double) -> Finding {
      let first: [Double] = (0..<400).map { ($0 / 20).isMultiple(of: 2) ? 1 + offset : 1 }
      return DoctorCommand.finding(NoiseFloor(first, [Double](repeating: 1, count: 400)))
    }
    #expect(floor(0.005).state == .good)
    #expect(floor(0.02).state == .bad)
    #expect(DoctorCommand.finding(nil).state == .unknown)
  }

  @Test func timeBetweenStepsIsThatOfTheHarness() {
    let finding = DoctorCommand.finding(gap: 1.5e-6)
    #expect(finding.state == .good && finding.found == "1.50 us" && finding.advice?.hasSuffix("of 1.50 ms.") == true)
    #expect(DoctorCommand.finding(gap: 3e-6).state == .bad)
  }

  @Test func countersAreNamed() {
    let events = CounterEvent.hardware.flatMap(\.self)
    #expect(DoctorCommand.finding(counters: .success(events)).found == "all")
    let few = events.filter { $0 != .lastLevelMisses }
    #expect(DoctorCommand.finding(counters: .success(few)).found == "all but last-level misses")
    let none = DoctorCommand.finding(counters: .failure(.noSystemCall))
    #expect(none.state == .note && none.advice?.hasSuffix(".") == true)
  }

  @Test func tableCountsTheStates() {
    let table = DoctorCommand.table([
      Finding("a", .good, "1"), Finding("b", .bad, "2", "Do this."), Finding("c", .bad, "3", "Do that."),
    ])
    #expect(table.notes == ["1 good, 2 bad. `unknown`: this machine does not say."])
    #expect(table.outcomes.map { "\($0)" } == ["passed", "failed(\"2: Do this.\")", "failed(\"3: Do that.\")"])
  }
}
