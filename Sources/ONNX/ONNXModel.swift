/// A model as the file has it: the fields that shapes and weights need, and the bytes that tensors lie in.
package struct ONNXModel: Sendable {
  /// The version of the operators, that of the default domain.
  package internal(set) var version = 0
  /// In an order in which each reads only what is there before it.
  package internal(set) var nodes: [Node] = []
  /// The constants by name.
  package internal(set) var initializers: [String: Tensor] = [:]
  package internal(set) var inputs: [ValueInfo] = []
  package internal(set) var outputs: [ValueInfo] = []
  /// Shapes that the file states for values inside of the graph.
  package internal(set) var stated: [String: [Dimension]] = [:]
  /// The file.
  let bytes: [UInt8]
  /// The files with weights beside it, by the location that tensors name.
  var otherFiles: [String: [UInt8]] = [:]

  /// An operator with its attributes. An optional input that is left out has an empty name.
  package struct Node: Sendable {
    package internal(set) var name = ""
    package internal(set) var kind = ""
    package internal(set) var domain = ""
    package internal(set) var inputs: [String] = []
    package internal(set) var outputs: [String] = []
    var attributes: [Attribute] = []

    /// The name, or what stands for it.
    package var title: String { name.isEmpty ? outputs.first ?? kind : name }
    package func input(_ index: Int) -> String? { index < inputs.count && inputs[index] != "" ? inputs[index] : nil }
  }

  struct Attribute: Sendable {
    var name = ""
    var float: Float?
    var integer: Int?
    var integers: [Int] = []
    var text: String?
    var tensor: Tensor?
  }

  /// A tensor whose values stay in the file.
  package struct Tensor: Sendable {
    package internal(set) var name = ""
    package internal(set) var shape: [Int] = []
    var type = 0
    /// The place in another file; nil where the values are in this one.
    var external: External?
    /// Where the values are, as `type` has them.
    var raw: Range<Int>?
    /// Where they are as numbers of protobuf, each of them alone or packed with others.
    var lists: [Range<Int>] = []

    /// Nil where it overflows.
    package var count: Int? {
      shape.reduce(1) { count, size in
        guard let count, size >= 0 else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: size)
        return overflow ? nil : product
      }
    }
  }

  /// Values in a file beside the model.
  struct External: Sendable, Equatable {
    /// Relative to the model's folder.
    var location = ""
    var offset = 0
    /// In bytes; nil where they are those of the shape.
    var length: Int?
  }

  package struct ValueInfo: Sendable {
    package internal(set) var name = ""
    /// Nil where the file does not say.
    package internal(set) var shape: [Dimension]?
    var type = 0
  }

  package enum Dimension: Sendable, Equatable {
    case size(Int)
    /// Known only when the model runs; the name may be empty.
    case symbol(String)
  }
}

extension ONNXModel.Node {
  func integer(_ name: String, default value: Int) -> Int {
    attributes.first { $0.name == name }?.integer ?? value
  }
  func float(_ name: String, default value: Float) -> Float {
    attributes.first { $0.name == name }?.float ?? value
  }
  /// Nil where the attribute is not there.
  func integers(_ name: String) -> [Int]? { attributes.first { $0.name == name }.map(\.integers) }
  func text(_ name: String) -> String? { attributes.first { $0.name == name }?.text }
  func tensor(_ name: String) -> ONNXModel.Tensor? { attributes.first { $0.name == name }?.tensor }
}
