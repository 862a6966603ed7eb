import Results
import Statistics

extension GateRule {
  /// Fills in the findings of every benchmark that was measured; one that has a finding, such as a crash, keeps it.
  package static func judge(_ benchmarks: inout [GateBenchmark]) {
    let measured = benchmarks.indices.filter { benchmarks[$0].finding == nil && benchmarks[$0].isMeasured }
    let evidence = measured.map { index in
      let benchmark = benchmarks[index]
      return (
        evidence: benchmark.rounds.isEmpty
          ? GateEvidence(baseRuns: benchmark.baseRuns, headRuns: benchmark.headRuns) : GateEvidence(benchmark.rounds),
        threshold: benchmark.threshold
      )
    }
    for (index, finding) in zip(measured, GateRule(benchmarks: benchmarks.count).judge(evidence)) {
      var finding = finding
      finding.baseTime = median(benchmarks[index].baseDurations)
      finding.headTime = median(benchmarks[index].headDurations)
      benchmarks[index].finding = finding
    }
    for index in benchmarks.indices where benchmarks[index].finding == nil {
      benchmarks[index].finding = GateFinding(
        .inconclusive, reason: "There was no time to measure it; raise --max-time.")
    }
  }
}

extension GateBenchmark {
  fileprivate var isMeasured: Bool { rounds.isEmpty ? !baseRuns.isEmpty && !headRuns.isEmpty : true }
  fileprivate var baseDurations: [Double] { rounds.isEmpty ? baseRuns : rounds.flatMap { $0.base + $0.control } }
  fileprivate var headDurations: [Double] { rounds.isEmpty ? headRuns : rounds.flatMap(\.head) }
}
