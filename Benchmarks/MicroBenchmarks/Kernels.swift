import Benchmark
import Workbench

/// The most that these threads can do: the top of every other figure here.
func registerPeak() {
  let flops = rate("GFLOP/s")
  Benchmark("FMA peak", configuration: configuration([.wallClock, flops])) { benchmark, job in
    benchmark.measurement(flops, Int(job.flops / seconds(job) / 1e9))
  } setup: {
    try workbench().fmaPeak()
  }
}

/// Layers that are bound by memory: bytes of their tensors a second, to be compared among themselves.
func registerLayerKernels() {
  let bytes = rate("GB/s")
  for kernel in Workbench.layerKernels(batch: batch) {
    Benchmark("layer: \(kernel.name)", configuration: configuration([.wallClock, bytes])) { benchmark, job in
      benchmark.measurement(bytes, Int(job.bytes / seconds(job) / 1e9))
    } setup: {
      try kernel.make(workbench())
    }
  }
}
