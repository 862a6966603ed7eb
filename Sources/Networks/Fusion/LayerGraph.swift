/// The layers of a network and who reads whose output.
struct LayerGraph: Sendable {
  let layers: [Layer]
  private let readersByLayer: [[Int]]

  init(_ layers: [Layer]) {
    self.layers = layers
    var readers = [[Int]](repeating: [], count: layers.count)
    for (index, layer) in layers.enumerated() {
      for case let source? in layer.inputs { readers[source].append(index) }
    }
    readersByLayer = readers
  }

  /// The layers that read a layer's output, in order; one that reads it twice comes twice.
  func readers(of index: Int) -> [Int] { readersByLayer[index] }

  /// The only layer that reads `index`, if there is just one.
  func soleReader(of index: Int) -> Int? {
    let readers = readers(of: index)
    return readers.count == 1 ? readers[0] : nil
  }

  /// The layer that alone reads `index`, if it is the next one.
  func adjacentReader(of index: Int) -> Int? { soleReader(of: index).flatMap { $0 == index + 1 ? $0 : nil } }

  /// Whether a layer is a convolution or fully connected layer without an activation whose output goes into the batch
  /// norm that is the next layer, and nowhere else.
  func isNormalized(_ index: Int) -> Bool {
    guard layers[index].problem != nil, layers[index].activation == .none, let reader = adjacentReader(of: index),
      case .batchNormalization = layers[reader].kind
    else { return false }
    return true
  }

  func hasBias(_ index: Int) -> Bool { layers[index].parameters.contains { $0.role == .biases } }

  /// Whether the gradient of a layer's input is wanted: never that of the network's input.
  func wantsInputGradient(_ index: Int) -> Bool { layers[index].inputs.contains { $0 != nil } }
}
