import Benchmark
import Workbench

/// Every distinct layer of the models on every back end that takes it, in every direction, beside the multiply-add peak.
func registerConvolutions() {
  for model in ["vgg16", "alexnet", "mobilenetv2"] {
    guard let layers = try? Workbench.layers(of: model, batch: batch) else { continue }
    var seen = Set<String>()
    for layer in layers where seen.insert(layer.problemText).inserted {
      for backend in Workbench.backends {
        for direction in Workbench.directions
        where (try? Workbench.canRun(layer, backend: backend, direction: direction)) == true {
          register(layer, of: model, backend, direction)
        }
      }
    }
  }
}

private func register(_ layer: ConvolutionLayer, of model: String, _ backend: String, _ direction: String) {
  registerBesidePeak("\(backend) \(direction): \(model) \(layer.name) \(layer.problemText)") {
    try $0.convolution(layer, backend: backend, direction: direction)
  }
}
