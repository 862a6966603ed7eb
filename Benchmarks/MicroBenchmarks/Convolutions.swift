import Benchmark
import Workbench

/// Every layer of VGG16 on every back end that takes it, in every direction.
func registerConvolutions() {
  let flops = rate("GFLOP/s")
  guard let layers = try? Workbench.layers(of: "vgg16", batch: batch) else { return }
  for backend in Workbench.backends {
    for direction in Workbench.directions {
      for layer in layers where Workbench.canRun(layer, backend: backend, direction: direction) {
        let name = "\(backend) \(direction): \(layer.name) \(layer.problemText)"
        Benchmark(name, configuration: configuration([.wallClock, flops])) { benchmark, job in
          benchmark.measurement(flops, Int(job.flops / seconds(job) / 1e9))
        } setup: {
          try workbench().convolution(layer, backend: backend, direction: direction)
        }
      }
    }
  }
}
