import Tensors

/// PyTorch's names of a network's tensors: a module's place, such as `features.0.weight`, in the order of the layers.
///
/// Known for the VGGs, which are torchvision's in every layer. Its AlexNet and MobileNetV2 pad otherwise.
struct TorchNames {
  /// How a tensor is stored.
  enum Layout: Equatable {
    case same
    /// Images, or a filter [outputs, inputs, height, width]: the second axis goes to the end, of a filter also the first.
    case image
    case filter
    /// [outputs, inputs], whose inputs are an image with the channels first.
    case linear(pixels: Int)

    func shape(_ stored: [Int]) -> [Int] {
      switch self {
      case .same: stored
      case .image: [stored[0], stored[2], stored[3], stored[1]]
      case .filter: [stored[2], stored[3], stored[1], stored[0]]
      case .linear: [stored[1], stored[0]]
      }
    }

    /// - Parameter shape: the stored one
    func convert(_ source: UnsafePointer<Float>, _ shape: [Int], to destination: UnsafeMutablePointer<Float>) {
      let count = shape.reduce(1, *)
      let (outputs, inputs) = (shape[0], shape.count > 1 ? shape[1] : 1)
      let pixels =
        switch self {
        case .same: 0
        case .image, .filter: shape[2] * shape[3]
        case .linear(let pixels): pixels
        }
      switch self {
      case .same: destination.update(from: source, count: count)
      case .image:
        for index in 0..<count {
          let (image, rest) = index.quotientAndRemainder(dividingBy: inputs * pixels)
          destination[image * inputs * pixels + rest % pixels * inputs + rest / pixels] = source[index]
        }
      case .filter:
        for index in 0..<count {
          let (output, rest) = index.quotientAndRemainder(dividingBy: inputs * pixels)
          destination[(rest % pixels * inputs + rest / pixels) * outputs + output] = source[index]
        }
      case .linear:
        let channels = inputs / pixels
        for index in 0..<count {
          let (output, rest) = index.quotientAndRemainder(dividingBy: inputs)
          destination[(rest % pixels * channels + rest / pixels) * outputs + output] = source[index]
        }
      }
    }
  }

  private var stored: [String: (name: String, layout: Layout)] = [:]

  var ours: [String] { stored.keys.sorted() }
  var names: Set<String> { Set(stored.values.map(\.name)) }
  subscript(name: String) -> (name: String, layout: Layout)? { stored[name] }

  /// Nil where the file has our names.
  init?(_ file: Safetensors, _ model: Network) throws {
    let modules = file.names.filter { $0.wholeMatch(of: /(features|classifier)\.[0-9.]+\.weight/) != nil }
    guard !modules.isEmpty, !file.names.contains(where: { $0.hasSuffix("/weights") }) else { return nil }
    guard [Network.vgg16.name, Network.vgg11.name].contains(model.name) else {
      throw TensorFileError(
        path: file.path,
        reason: "these are PyTorch's names, which are known for vgg16 and vgg11; write a file of '\(model.name)' with "
          + "scripts/oracle.")
    }
    let ordered = modules.map { String($0.dropLast(".weight".count)) }.sorted { Self.place($0) < Self.place($1) }
    let input = file.contains("input") ? try file.shape(of: "input") : []
    let isChannelsFirst = input.count == 4 && input[1] == 3 && input[3] != 3
    let side = input.count == 4 ? input[2] : model.imageSize
    let layers = try model.layers(imageSize: side)
    let weighted = layers.indices.filter { index in layers[index].parameters.contains { $0.name.hasSuffix("/weights") }
    }
    guard weighted.count == ordered.count else {
      throw TensorFileError(
        path: file.path,
        reason: "\(ordered.count) modules have weights; '\(model.name)' has \(weighted.count) such layers.")
    }
    for (index, module) in zip(weighted, ordered) {
      let layer = layers[index]
      let isFirstLinear =
        index > 0 && !layer.isConvolution && layers[..<index].last { $0.parameters.count > 0 }?.isConvolution == true
      let pixels = isFirstLinear ? layer.input.height * layer.input.width : 1
      for prefix in ["", "gradient/"] where file.contains("\(prefix)\(module).weight") {
        stored["\(prefix)\(layer.name)/weights"] = (
          "\(prefix)\(module).weight", layer.isConvolution ? .filter : .linear(pixels: pixels)
        )
        stored["\(prefix)\(layer.name)/biases"] = ("\(prefix)\(module).bias", .same)
      }
    }
    if file.contains("input") { stored["input"] = ("input", isChannelsFirst ? .image : .same) }
    if file.contains("logits") { stored["logits"] = ("logits", .same) }
  }

  /// `features` before `classifier`, then by number.
  private static func place(_ module: String) -> (Int, Int) {
    let parts = module.split(separator: ".")
    return (parts[0] == "features" ? 0 : 1, parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
  }
}
