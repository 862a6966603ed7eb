import Results
import Testing

@testable import Analysis

@Suite struct GateTableTests {
  /// A gate file of one benchmark with two threads.
  private func notes(_ context: Context) -> [String] {
    let specification = BenchmarkSpecification(subject: "vgg16", pass: .forward, batchSize: 1, threads: 2)
    let file = GateFile(context: context, base: "x", benchmarks: [GateBenchmark(specification, threshold: 0.03)])
    return GateTable.table(file).notes
  }

  /// The baseline has eight runs of each benchmark; time was left for three runs of the second.
  @Test func storedRunsThatTimeCutShortSaySo() {
    let specification = BenchmarkSpecification(subject: "vgg16", pass: .forward, batchSize: 1, threads: 2)
    let runs = (0..<8).map { 1 + 0.01 * Double($0) }
    var benchmarks = [runs.count, 3].map { count in
      var benchmark = GateBenchmark(specification, threshold: 0.03)
      (benchmark.baseRuns, benchmark.headRuns) = (runs, Array(runs.suffix(count)))
      return benchmark
    }
    GateRule.judge(&benchmarks)
    #expect(benchmarks[0].finding?.reason?.contains("runs do not tell") != true)
    #expect(benchmarks[1].finding?.verdict == .inconclusive)
    #expect(benchmarks[1].finding?.reason?.hasPrefix("3 runs do not tell whether the threshold is kept: ") == true)
  }

  @Test func whatMayHaveDisturbedTheGateIsNoted() {
    #expect(notes(quietContext) == [GateTable.legend])
    var context = quietContext
    context.activity?.othersCPUTime = 60
    context.machine.governor = "powersave"
    context.machine.availableCores = 1
    #expect(
      notes(context) == [
        GateTable.legend,
        "Warning: The frequency governor is 'powersave'; set it to 'performance' for steady clocks.",
        "Warning: 2 threads share 1 core; lower --threads.",
        "Warning: Other processes kept 1.00 cores busy during the run; stop them and repeat.",
      ])
  }
}
