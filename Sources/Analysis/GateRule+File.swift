import Results
import Statistics

extension GateRule {
  /// Fills in the finding of every benchmark. A benchmark that has one already, such as a crash, keeps it.
  package static func judge(_ benchmarks: inout [GateBenchmark], stopReason: StopReason = .maxTime) {
    let measured = benchmarks.indices.filter { benchmarks[$0].finding == nil && benchmarks[$0].isMeasured }
    let rule = GateRule(benchmarks: benchmarks.count, stopReason: stopReason)
    // A gate against stored runs wants as many runs of head as there are of base.
    let wantedRuns = measured.map { benchmarks[$0].baseRuns.count }.min() ?? 0
    let evidence = measured.map { index in
      let benchmark = benchmarks[index]
      return (
        evidence: benchmark.rounds.isEmpty
          ? GateEvidence(
            baseRuns: benchmark.baseRuns, headRuns: benchmark.headRuns,
            stage: benchmark.headRuns.count < wantedRuns ? .stopped : .complete)
          : rule.evidence(benchmark.rounds), threshold: benchmark.threshold
      )
    }
    for ((index, evidence), finding) in zip(zip(measured, evidence), rule.judge(evidence)) {
      var finding = finding
      finding.count = evidence.evidence.count
      (finding.baseTime, finding.headTime) = benchmarks[index].times(rule)
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

  /// The median times of the rounds that were judged, so that they agree with the change.
  fileprivate func times(_ rule: GateRule) -> (base: Double, head: Double) {
    if rounds.isEmpty { return (median(baseRuns), median(headRuns)) }
    let judged = rule.judged(rounds)
    return (
      median(judged.flatMap { [GateRound.typical($0.base), GateRound.typical($0.control)] }),
      median(judged.map { GateRound.typical($0.head) })
    )
  }
}
