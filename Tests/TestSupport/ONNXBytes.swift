/// Writes ONNX models field by field, as protobuf has them.
public struct ONNXBytes {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// A message made by `build`.
  public init(_ build: (inout ONNXBytes) -> Void) { build(&self) }

  public mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 127 {
      bytes.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  public mutating func integer(_ field: Int, _ value: Int) {
    varint(UInt64(field << 3))
    varint(UInt64(bitPattern: Int64(value)))
  }

  public mutating func float(_ field: Int, _ value: Float) {
    varint(UInt64(field << 3 | 5))
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  public mutating func raw(_ field: Int, _ content: [UInt8]) {
    varint(UInt64(field << 3 | 2))
    varint(UInt64(content.count))
    bytes += content
  }

  public mutating func text(_ field: Int, _ text: String) { raw(field, Array(text.utf8)) }

  public mutating func message(_ field: Int, _ build: (inout ONNXBytes) -> Void) {
    raw(field, ONNXBytes(build).bytes)
  }
}

extension ONNXBytes {
  /// A whole model whose graph `build` makes.
  public static func model(version: Int = 13, _ build: (inout ONNXBytes) -> Void) -> [UInt8] {
    ONNXBytes { model in
      model.integer(1, 8)
      model.message(7, build)
      model.message(8) { $0.integer(2, version) }
    }.bytes
  }

  /// An attribute of a node.
  public enum Attribute: Sendable {
    case integer(Int)
    case integers([Int])
    case float(Float)
    case text(String)
  }

  public mutating func node(
    _ kind: String, _ inputs: [String], _ outputs: [String], name: String = "", _ attributes: [String: Attribute] = [:]
  ) {
    message(1) { node in
      for input in inputs { node.text(1, input) }
      for output in outputs { node.text(2, output) }
      node.text(3, name)
      node.text(4, kind)
      for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
        node.message(5) { field in
          field.text(1, name)
          switch attribute {
          case .integer(let value): field.integer(3, value)
          case .float(let value): field.float(2, value)
          case .text(let value): field.text(4, value)
          case .integers(let values): for value in values { field.integer(8, value) }
          }
        }
      }
    }
  }

  /// A constant of floats, in the raw form.
  public mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
    message(5) { tensor in
      for size in shape { tensor.integer(1, size) }
      tensor.integer(2, 1)
      tensor.text(8, name)
      tensor.raw(9, values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } })
    }
  }

  /// A constant whose values are all `value`.
  public mutating func constant(_ name: String, _ shape: [Int], filledWith value: Float = 0.5) {
    constant(name, shape, [Float](repeating: value, count: shape.reduce(1, *)))
  }

  /// A constant of integers, in the raw form.
  public mutating func constant(_ name: String, integers: [Int]) {
    message(5) { tensor in
      tensor.integer(1, integers.count)
      tensor.integer(2, 7)
      tensor.text(8, name)
      tensor.raw(9, integers.flatMap { value in withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) } })
    }
  }

  /// An input (field 11), an output (12), or the stated shape of a value inside (13). A size of nil is a symbol.
  public mutating func value(_ name: String, _ shape: [Int?], field: Int = 11) {
    message(field) { info in
      info.text(1, name)
      info.message(2) { type in
        type.message(1) { tensor in
          tensor.integer(1, 1)
          tensor.message(2) { list in
            for size in shape {
              list.message(1) { dimension in
                if let size { dimension.integer(1, size) } else { dimension.text(2, "N") }
              }
            }
          }
        }
      }
    }
  }
}
