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

/// The multiplications of Winograd alone, and blocks of convolutions, beside the peak.
func registerProducts() {
  for block in Workbench.blocks { registerBesidePeak("block: \(block.name)") { try block.make($0) } }
  for stage in Workbench.winogradProducts { registerBesidePeak("stage: \(stage.name)") { try stage.make($0) } }
}

/// Operations a second, and their share of the peak, measured in the same iteration.
func registerBesidePeak(_ name: String, _ make: @escaping (Workbench) throws -> Job) {
  let (flops, share) = (rate("GFLOP/s"), rate("of the peak %"))
  Benchmark(name, configuration: configuration([.wallClock, flops, share])) {
    (benchmark: Benchmark, jobs: (work: Job, peak: Job)) in
    let (taken, peak) = (seconds(jobs.work), seconds(jobs.peak))
    benchmark.measurement(flops, Int(jobs.work.flops / taken / 1e9))
    benchmark.measurement(share, Int(100 * jobs.work.flops / taken / (jobs.peak.flops / peak)))
  } setup: {
    let bench = try workbench()
    return (try make(bench), try bench.fmaPeak())
  }
}

/// What is bound by memory: layers' kernels, and fully connected layers of one image, each beside its bound.
func registerMemoryBound() {
  for kernel in Workbench.layerKernels(batch: batch) {
    registerMemoryBound("layer: \(kernel.name)", isCached: kernel.isCached) { try kernel.make($0) }
  }
  for stage in Workbench.winogradTransforms(batch: batch) {
    registerMemoryBound("stage: \(stage.name)") { try stage.make($0) }
  }
  guard let layers = try? Workbench.layers(of: "vgg16", batch: 1) else { return }
  for direction in Workbench.directions {
    for layer in layers where layer.name.hasPrefix("fc") {
      registerMemoryBound("layer: \(direction) (vgg16 \(layer.name), batch 1)") {
        try $0.convolution(layer, backend: "direct", direction: direction)
      }
    }
  }
}

/// The bound: what is read, at the rate of a plain sum, and what is written, at that of filling memory, both measured in
/// the same iteration.
private func registerMemoryBound(
  _ name: String, isCached: Bool = false, _ make: @escaping (Workbench) throws -> Job
) {
  let (speed, bound, share) = (rate("GB/s"), rate("bound GB/s"), rate("of the bound %"))
  Benchmark(name, configuration: configuration([speed, bound, share], iterations: 20)) {
    (benchmark: Benchmark, jobs: (kernel: Job, read: Job, write: Job)) in
    let least =
      jobs.kernel.read * seconds(jobs.read) / jobs.read.read
      + jobs.kernel.written * seconds(jobs.write) / jobs.write.written
    if isCached { jobs.kernel() }
    let taken = seconds(jobs.kernel)
    benchmark.measurement(speed, Int(jobs.kernel.bytes / taken / 1e9))
    benchmark.measurement(bound, Int(jobs.kernel.bytes / least / 1e9))
    benchmark.measurement(share, Int(100 * least / taken))
  } setup: {
    let bench = try workbench()
    return (try make(bench), try bench.memoryRead(), try bench.memoryWrite())
  }
}
