import Convolution
import Tensors
import Terms

/// A file with a network's input, parameters, logits and gradients as another framework computed them.
///
/// Keys: `input` [N, H, W, C], every parameter by name unless the network comes with values, `logits` [N, classes], `gradient/<parameter>`; metadata
/// `model`, `image_size`, `batch_norm`: `batch` (batch statistics), `moving` (moving statistics, no gradients) or
/// `none`.
package struct ReferenceFile {
  package let network: Network
  package let layers: [Layer]
  package let batch: Int
  package let imageSize: Int
  /// The passes that the file can check.
  package let passes: [Pass]
  let file: ReferenceTensors
  /// What a reader should know of the file, each as a sentence.
  package var notes: [String] { file.notes }

  /// - Throws: `TensorFileError` or `NetworkError` where the file is malformed or belongs to another model.
  package init(path: String, model: Network) throws {
    let contents = try Safetensors(path: path)
    network = model
    func fail(_ reason: String) -> TensorFileError { TensorFileError(path: path, reason: reason) }
    if let stated = contents.metadata["model"], stated != model.name {
      throw fail("this is a reference for '\(stated)', not for '\(model.name)'.")
    }
    let file = try ReferenceTensors(contents, model: model)
    self.file = file
    let shape = try file.shape(of: "input")
    guard shape.count == 4, shape[0] >= 1, model.takes(shape) else {
      let needed = model.input.height == model.input.width ? "[N, side, side," : "[N, height, width,"
      throw fail("'input' has shape \(shape); \(needed) \(model.input.channels)] is needed.")
    }
    (batch, imageSize) = (shape[0], shape[1])
    // The channels of every layer follow from its weights, so a narrow variant needs no further description.
    var widths: [String: Int] = [:]
    for name in file.names where name.hasSuffix("/weights") && !name.hasPrefix("gradient/") {
      widths[String(name.dropLast("/weights".count))] = try file.shape(of: name).last
    }
    layers = try model.layers(imageSize: imageSize, widths: widths)
    for parameter in layers.parameters where model.values == nil || file.contains(parameter.name) {
      let stored = try file.shape(of: parameter.name)
      guard stored == parameter.shape else {
        throw fail("'\(parameter.name)' has shape \(stored); \(model.name) needs \(parameter.shape).")
      }
    }
    let classes = layers.last!.output.count
    guard try file.shape(of: "logits") == [batch, classes] else {
      throw fail("'logits' has shape \(try file.shape(of: "logits")); [\(batch), \(classes)] is needed.")
    }
    let statistics = contents.metadata["batch_norm"] ?? "none"
    let normalizes = layers.parameters.contains { $0.role == .gamma }
    switch (normalizes, statistics) {
    case (true, "moving"): passes = [.forward]
    case (true, "batch"): passes = [.forwardBackward]
    case (false, _):
      // A file of weights and logits has no gradient.
      passes = file.names.contains { $0.hasPrefix("gradient/") } ? [.forward, .forwardBackward] : [.forward]
    default: throw fail("the metadata 'batch_norm' is '\(statistics)'; 'batch' or 'moving' is needed.")
    }
  }
}

extension Network {
  /// Whether images of this shape, [N, height, width, channels], have the network's channels and proportions.
  fileprivate func takes(_ shape: [Int]) -> Bool {
    guard (1...LayerBuilder.largestImage).contains(shape[1]) else { return false }
    let image = input(imageSize: shape[1])
    return shape[2] == image.width && shape[3] == image.channels
  }
}
