import Results
import Testing

@testable import Analysis

@Suite struct GateTableTests {
  /// Of one benchmark with two threads.
  private func notes(_ context: Context) -> [String] {
    let specification = BenchmarkSpecification(subject: "vgg16", pass: .forward, batchSize: 1, threads: 2)
    let file = GateFile(context: context, base: "x", benchmarks: [GateBenchmark(specification, threshold: 0.03)])
    return GateTable.table(file).notes
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
