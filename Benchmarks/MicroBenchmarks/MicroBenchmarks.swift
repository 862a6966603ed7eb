import Benchmark
import Foundation
import Workbench

/// The batch of every tensor here.
let batch = 16

/// `BENCH_THREADS`, or the cores that this process may use; `BENCH_ISA`, or the best instruction set here.
func workbench() throws -> Workbench {
  let environment = ProcessInfo.processInfo.environment
  return try Workbench(
    threads: environment["BENCH_THREADS"].map { Int($0) ?? 0 }, instructionSet: environment["BENCH_ISA"])
}

let benchmarks: @Sendable () -> Void = {
  registerPeak()
  registerProducts()
  registerMemoryBound()
  registerConvolutions()
  registerIm2colBesideProducts()
}

/// Seconds that one call takes.
func seconds(_ job: Job) -> Double {
  let start = ContinuousClock.now
  job()
  return (ContinuousClock.now - start) / .seconds(1)
}

/// A metric of the suite's own, the more the better. The harness stores integers.
func rate(_ name: String) -> BenchmarkMetric { .custom(name, polarity: .prefersLarger, useScalingFactor: false) }

/// One call to warm up, then calls until the time or the iterations are over.
func configuration(_ metrics: [BenchmarkMetric], seconds: Int = 2, iterations: Int = 1000) -> Benchmark.Configuration {
  .init(
    metrics: metrics, timeUnits: .microseconds, warmupIterations: 1, maxDuration: .seconds(seconds),
    maxIterations: iterations)
}
