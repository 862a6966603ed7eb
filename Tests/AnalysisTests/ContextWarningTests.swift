import Analysis
import Results
import Testing

@Suite struct ContextWarningTests {
  @Test func quietRunHasNone() {
    #expect(ContextWarning.all(quietRecord, quietContext) == [])
  }

  @Test func verificationThatWasSkippedIsSeen() {
    var record = quietRecord
    record.verification = .skipped
    #expect(ContextWarning.all(record, quietContext) == [.notVerified])
  }

  /// The time limit leaves the steps that the statistics need, so it is no reason for doubt.
  @Test func interruptionIsSeen() {
    var record = quietRecord
    record.requestedBatches = 100
    record.stoppedEarly = .interrupted
    #expect(ContextWarning.all(record, quietContext) == [.interrupted(measured: 20, requested: 100)])
    record.stoppedEarly = .maxTime
    #expect(ContextWarning.all(record, quietContext) == [])
  }

  @Test func machineAndBuildAreSeen() {
    expect(.unoptimisedBuild) { $0.build.timedCodeIsOptimised = false }
    expect(.forcedBLASCore(coreType: "Haswell")) { $0.environment["OPENBLAS_CORETYPE"] = "Haswell" }
    expect(.unknownGovernor) { $0.machine.governor = "unknown" }
    expect(.slowGovernor("powersave")) { $0.machine.governor = "powersave" }
    expect(.moreThreadsThanCores(threads: 2, cores: 1)) {
      $0.machine.availableCores = 1
      $0.activity = nil
    }
  }

  @Test func activityIsSeenAboveItsLimit() {
    expect(.load(cores: 0.5)) { $0.activity?.othersCPUTime = 30 }
    expect(nil) { $0.activity?.othersCPUTime = 5.9 }
    expect(.steal(share: 0.05)) { $0.activity?.stolenCPUTime = 6 }
    expect(nil) { $0.activity?.stolenCPUTime = 1.1 }
    expect(.majorPageFaults(count: 101)) { $0.activity?.majorPageFaults = 101 }
    expect(nil) { $0.activity?.majorPageFaults = 100 }
    expect(nil) { $0.activity = Activity(elapsed: 0, othersCPUTime: 1) }
  }

  @Test func clockThatChangedIsSeen() {
    expect(.clockChanged(change: -0.25)) { $0.clockFrequencies = ClockFrequencies(before: 4e9, after: 3e9) }
    expect(.clockChanged(change: 0.5)) { $0.clockFrequencies = ClockFrequencies(before: 2e9, after: 3e9) }
    expect(nil) { $0.clockFrequencies = ClockFrequencies(before: 3e9, after: 2.95e9) }
  }

  @Test func eachOneIsASentence() {
    let all: [ContextWarning] = [
      .notVerified, .interrupted(measured: 3, requested: 100), .unoptimisedBuild, .forcedBLASCore(coreType: "Haswell"),
      .unknownGovernor, .slowGovernor("powersave"), .load(cores: 0.5), .steal(share: 0.05),
      .moreThreadsThanCores(threads: 2, cores: 1), .majorPageFaults(count: 101),
      .clockChanged(change: -0.03), .clockChanged(change: 0.03),
    ]
    for warning in all { #expect(warning.description.hasSuffix(".")) }
    #expect(Set(all.map(\.description)).count == all.count)
  }

  private func expect(
    _ warning: ContextWarning?, at location: SourceLocation = #_sourceLocation, when change: (inout Context) -> Void
  ) {
    var context = quietContext
    change(&context)
    let warnings = ContextWarning.all(quietRecord, context)
    #expect(warnings == (warning.map { [$0] } ?? []), sourceLocation: location)
  }
}
