/// The field numbers are those of onnx.proto3.
extension ONNXModel {
  /// Names and small lists are copied, weights are not, so a model takes a few times its file's memory at most.
  ///
  /// - Throws: `ONNXError` where these are no bytes of an ONNX model
  package init(_ bytes: [UInt8]) throws(ONNXError) {
    self.bytes = bytes
    var reader = ProtobufReader(bytes, in: 0..<bytes.count)
    var hasGraph = false
    while let (field, value) = try reader.next() {
      switch field {
      case 7:
        guard !hasGraph else { throw ONNXError("it has two graphs") }
        hasGraph = true
        try readGraph(reader.message(value))
      case 8: try readOperators(reader.message(value))
      default: break
      }
    }
    guard hasGraph else { throw ONNXError("it has no graph") }
  }

  private mutating func readOperators(_ message: ProtobufReader) throws(ONNXError) {
    var (reader, domain, version) = (message, "", 0)
    while let (field, value) = try reader.next() {
      switch field {
      case 1: domain = try reader.text(value)
      case 2: version = try reader.integer(value)
      default: break
      }
    }
    if domain.isEmpty || domain == "ai.onnx" { self.version = version }
  }

  private mutating func readGraph(_ message: ProtobufReader) throws(ONNXError) {
    var reader = message
    while let (field, value) = try reader.next() {
      switch field {
      case 1: nodes.append(try Node(reader.message(value)))
      case 5:
        let tensor = try Tensor(reader.message(value))
        initializers[tensor.name] = tensor
      case 11: inputs.append(try ValueInfo(reader.message(value)))
      case 12: outputs.append(try ValueInfo(reader.message(value)))
      case 13:
        let info = try ValueInfo(reader.message(value))
        stated[info.name] = info.shape
      case 15: throw ONNXError("it has sparse tensors")
      default: break
      }
    }
    // Old files name their weights as inputs, too.
    inputs.removeAll { initializers[$0.name] != nil }
  }
}

extension ONNXModel.Node {
  fileprivate init(_ message: ProtobufReader) throws(ONNXError) {
    var reader = message
    while let (field, value) = try reader.next() {
      switch field {
      case 1: inputs.append(try reader.text(value))
      case 2: outputs.append(try reader.text(value))
      case 3: name = try reader.text(value)
      case 4: kind = try reader.text(value)
      case 5: attributes.append(try ONNXModel.Attribute(reader.message(value)))
      case 7: domain = try reader.text(value)
      default: break
      }
    }
    guard !kind.isEmpty, !outputs.isEmpty else { throw ONNXError("a node has no operator or no output") }
  }
}

extension ONNXModel.Attribute {
  /// Strides, paddings and axes are short.
  private static let mostIntegers = 64

  fileprivate init(_ message: ProtobufReader) throws(ONNXError) {
    var reader = message
    while let (field, value) = try reader.next() {
      switch field {
      case 1: name = try reader.text(value)
      case 2: float = try reader.float(value)
      case 3: integer = try reader.integer(value)
      case 4: text = try reader.text(value)
      case 5: tensor = try ONNXModel.Tensor(reader.message(value))
      case 8: try reader.append(value, to: &integers, most: Self.mostIntegers)
      default: break
      }
    }
    guard !name.isEmpty else { throw ONNXError("an attribute has no name") }
  }
}

extension ONNXModel.Tensor {
  private static let mostDimensions = 16

  fileprivate init(_ message: ProtobufReader) throws(ONNXError) {
    var reader = message
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, _): try reader.append(value, to: &shape, most: Self.mostDimensions)
      case (2, _): type = try reader.integer(value)
      // Numbers of one list that come one by one lie behind each other but for their keys, so each is a list.
      case (4, _), (5, _), (7, _), (10, _): lists.append(reader.place(of: value))
      case (8, _): name = try reader.text(value)
      case (9, .bytes(let range)): raw = range
      case (13, _): try readPlace(reader.message(value))
      case (14, _): if try reader.integer(value) != 0 { external = external ?? ONNXModel.External() }
      default: break
      }
    }
  }
}

extension ONNXModel.Tensor {
  /// A key and its value: the place of external values comes as several of them. Others, such as a checksum, are skipped.
  fileprivate mutating func readPlace(_ message: ProtobufReader) throws(ONNXError) {
    var (reader, key, text) = (message, "", "")
    while let (field, value) = try reader.next() {
      switch field {
      case 1: key = try reader.text(value)
      case 2: text = try reader.text(value)
      default: break
      }
    }
    var place = external ?? ONNXModel.External()
    switch key {
    case "location": place.location = text
    case "offset": place.offset = try Self.bytes(text)
    case "length": place.length = try Self.bytes(text)
    default: break
    }
    external = place
  }

  private static func bytes(_ text: String) throws(ONNXError) -> Int {
    guard let number = Int(text), number >= 0 else {
      throw ONNXError("the place '\(text.prefix(40))' of values in another file is no number of bytes")
    }
    return number
  }
}

extension ONNXModel.ValueInfo {
  /// TypeProto.tensor_type.shape.dim, four messages deep.
  fileprivate init(_ message: ProtobufReader) throws(ONNXError) {
    var reader = message
    while let (field, value) = try reader.next() {
      switch field {
      case 1: name = try reader.text(value)
      case 2:
        var kind = try reader.message(value)
        while let (field, value) = try kind.next() {
          // The other kinds are sequences, maps and sparse tensors.
          if field == 1 { try readTensor(kind.message(value)) }
        }
      default: break
      }
    }
  }

  private mutating func readTensor(_ message: ProtobufReader) throws(ONNXError) {
    var reader = message
    while let (field, value) = try reader.next() {
      switch field {
      case 1: type = try reader.integer(value)
      case 2:
        var (dimensions, list) = (try reader.message(value), [ONNXModel.Dimension]())
        while let (field, value) = try dimensions.next() {
          guard field == 1 else { continue }
          guard list.count < 16 else { throw ONNXError("a shape has more than 16 dimensions") }
          list.append(try Self.dimension(dimensions.message(value)))
        }
        shape = list
      default: break
      }
    }
  }

  private static func dimension(_ message: ProtobufReader) throws(ONNXError) -> ONNXModel.Dimension {
    var (reader, dimension) = (message, ONNXModel.Dimension.symbol(""))
    while let (field, value) = try reader.next() {
      switch field {
      case 1: dimension = .size(try reader.integer(value))
      case 2: dimension = .symbol(try reader.text(value))
      default: break
      }
    }
    return dimension
  }
}
