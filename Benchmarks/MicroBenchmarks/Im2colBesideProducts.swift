import Benchmark
import Foundation
import Workbench

/// im2col and bare sgemm on the same matrix sizes, in turns within one iteration: A B A B.
func registerIm2colBesideProducts() {
  guard let layers = try? Workbench.layers(of: "vgg16", batch: batch) else { return }
  for layer in layers { register("\(layer.name) \(layer.problemText)", [layer]) }
  register("all layers", layers)
}

private func register(_ name: String, _ layers: [ConvolutionLayer]) {
  let (columns, product, share) = (rate("im2col GFLOP/s"), rate("sgemm GFLOP/s"), rate("im2col / sgemm %"))
  let name = "im2col beside sgemm: \(name)"
  Benchmark(name, configuration: configuration([columns, product, share], seconds: 60, iterations: 10)) {
    (benchmark: Benchmark, jobs: [(Job, Job)]) in
    var (columnSeconds, productSeconds, flops) = (0.0, 0.0, 0.0)
    for (convolution, bare) in jobs {
      columnSeconds += seconds(convolution)
      productSeconds += seconds(bare)
      flops += bare.flops
      // OpenBLAS's own threads spin for a while after a call and would take a core from what follows.
      Thread.sleep(forTimeInterval: 0.05)
    }
    benchmark.measurement(columns, Int(flops / columnSeconds / 1e9))
    benchmark.measurement(product, Int(flops / productSeconds / 1e9))
    benchmark.measurement(share, Int(100 * productSeconds / columnSeconds))
  } setup: {
    let bench = try workbench()
    let convolutions = try layers.map { try bench.convolution($0, backend: "im2col", direction: "forward") }
    return Array(zip(convolutions, try bench.products(layers)))
  }
}
