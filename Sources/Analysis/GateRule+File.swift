import Results
import Statistics

extension GateRule {
  /// Fills in the findings of every benchmark that was measured; one that has a finding, such as a crash, keeps it.
  package static func judge(_ benchmarks: inout [GateBenchmark], stopReason: StopReason = .maxTime) {
    let measured = benchmarks.indices.filter { benchmarks[$0].finding == nil && benchmarks[$0].isMeasured }
    let rule = GateRule(benchmarks: benchmarks.count, stopReason: stopReason)
    let evidence = measured.map { index in
      let benchmark = benchmarks[index]
      return (
        evidence: benchmark.rounds.isEmpty
          ? GateEvidence(baseRuns: benchmark.baseRuns, headRuns: benchmark.headRuns)
          : rule.evidence(benchmark.rounds), threshold: benchmark.threshold
      )
    }
    for ((index, evidence), finding) in zip(zip(measured, evidence), rule.judge(evidence)) {
      var finding = finding
      finding.count = evidence.evidence.count
      finding.baseTime = median(benchmarks[index].baseDurations)
      finding.headTime = median(benchmarks[index].headDurations)
      benchmarks[index].finding = finding
    }
    for index in benchmarks.indices where benchmarks[index].finding == nil {
      benchmarks[index].finding = GateFinding(
        .inconclusive, reason: "It was not measured: \(stopReason.sentenceEnd)")
    }
  }
}

extension GateBenchmark {
  fileprivate var isMeasured: Bool { rounds.isEmpty ? !baseRuns.isEmpty && !headRuns.isEmpty : true }
  fileprivate var baseDurations: [Double] { rounds.isEmpty ? baseRuns : rounds.flatMap { $0.base + $0.control } }
  fileprivate var headDurations: [Double] { rounds.isEmpty ? headRuns : rounds.flatMap(\.head) }
}
