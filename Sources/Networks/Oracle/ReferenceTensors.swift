import Tensors

/// The tensors of a reference file by our names and in our layouts, whether it has them so or as PyTorch does.
struct ReferenceTensors {
  let file: Safetensors
  private let torch: TorchNames?

  init(_ file: Safetensors, model: Network) throws {
    self.file = file
    torch = try TorchNames(file, model)
  }

  /// What a reader should know of the file, each as a sentence.
  var notes: [String] {
    let used = file.names.filter { torch == nil || torch!.names.contains($0) }
    let types = Dictionary(grouping: used.compactMap { file.type(of: $0) }, by: \.self).mapValues(\.count)
    let converted = types.filter { ["F16", "BF16", "F64"].contains($0.key) }.sorted { $0.key < $1.key }
      .map { "\($0.value) tensor\($0.value == 1 ? "" : "s") of \($0.key)" }
    return (converted.isEmpty ? [] : ["\(file.path): \(converted.joined(separator: ", ")) converted to float32."])
      + (torch == nil ? [] : ["\(file.path): PyTorch's names and layouts are converted to ours."])
  }

  var names: [String] { torch?.ours ?? file.names }
  func contains(_ name: String) -> Bool { names.contains(name) }

  func shape(of name: String) throws(TensorFileError) -> [Int] {
    guard let torch, let stored = torch[name] else { return try file.shape(of: name) }
    return stored.layout.shape(try file.shape(of: stored.name))
  }

  func copy(_ name: String, to destination: UnsafeMutablePointer<Float>, count: Int) throws {
    guard let torch, let stored = torch[name] else { return try file.copy(name, to: destination, count: count) }
    let buffer = try FloatBuffer(count: count)
    try file.copy(stored.name, to: buffer.base, count: count)
    stored.layout.convert(buffer.base, try file.shape(of: stored.name), to: destination)
  }
}
