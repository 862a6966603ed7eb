import Foundation
import Testing

@testable import Results

@Suite struct MachineFileTests {
  static let bounds = MachineBounds(
    threads: 2, instructionSet: "avx512", fmaPeak: 2.363e11,
    levels: [
      LevelBandwidth(level: .l2, workingSet: 2 << 20, read: 1.2e11, triad: 1.0 / 3 * 1e11, nonTemporalTriad: nil),
      LevelBandwidth(level: .dram, workingSet: 512 << 20, read: 1.5e10, triad: 1.6e10, nonTemporalTriad: 2.1e10),
    ], readCurve: [ReadBandwidth(workingSet: 32 << 10, read: 3e11)], measuredAt: 1_795_935_406)
  static let file = MachineFile(
    context: full.context, bounds: [bounds],
    fmaPeaks: [FMAPeak(instructionSet: "avx2", threads: 1, rate: 8e10, measuredAt: 1_795_935_400)])

  @Test func roundTripsExactly() throws {
    #expect(try MachineFile(json: Self.file.json(), path: "x") == Self.file)
  }

  @Test func levelsAreFoundByName() {
    #expect(Self.bounds.l2?.workingSet == 2 << 20 && Self.bounds.dram?.read == 1.5e10)
    #expect(Self.bounds.llc == nil && Self.bounds[.l1] == nil)
  }

  /// The article on the bounds of a machine lists these keys.
  @Test func keysNameTheirUnits() throws {
    let object = try #require(JSONSerialization.jsonObject(with: Self.file.json()) as? [String: Any])
    #expect(object.keys.sorted() == ["bounds", "context", "fma_peaks", "schema"])
    let bounds = try #require((object["bounds"] as? [[String: Any]])?.first)
    #expect(
      bounds.keys.sorted() == [
        "fma_peak_flops_per_s", "instruction_set", "levels", "measured_at_unix_s", "read_curve", "threads",
      ])
    let level = try #require((bounds["levels"] as? [[String: Any]])?.first)
    #expect(
      level.keys.sorted() == [
        "level", "non_temporal_triad_bytes_per_s", "read_bytes_per_s", "triad_bytes_per_s", "working_set_bytes",
      ])
    #expect(level["level"] as? String == "l2" && level["non_temporal_triad_bytes_per_s"] is NSNull)
    let peak = try #require((object["fma_peaks"] as? [[String: Any]])?.first)
    #expect(peak.keys.sorted() == ["fma_peak_flops_per_s", "instruction_set", "measured_at_unix_s", "threads"])
  }

  @Test func numberThatJSONCannotHoldIsSaid() {
    var file = Self.file
    file.bounds[0].levels[0].read = .infinity
    #expect(throws: ResultsError.notFinite(key: "bounds[0].levels[0].read_bytes_per_s")) { try file.json() }
  }
}
