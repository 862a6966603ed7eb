import Networks
import TestSupport
import Testing

@testable import ONNX

/// Which layers a graph becomes, and which graphs are refused.
@Suite struct NetworkImportTests {
  private func layers(_ bytes: [UInt8]) throws -> [String] {
    try Network(ONNXModel(bytes), name: "test").layers().map { "\($0.name): \($0.kindName)" }
  }

  /// An activation that alone reads a layer is the layer's; one of a value that others read, too, is not.
  @Test func activationsJoinTheirLayers() throws {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [nil, 2, 6, 6])
      graph.constant("w", [2, 2, 1, 1])
      graph.node("Conv", ["x", "w"], ["a"], name: "conv1")
      graph.node("Relu", ["a"], ["b"], name: "relu1")
      graph.node("Conv", ["b", "w"], ["c"], name: "conv2")
      graph.node("Relu", ["c"], ["d"], name: "relu2")
      graph.node("Add", ["c", "d"], ["e"], name: "add")
      graph.node("Clip", ["e"], ["f"], name: "clip", ["min": .float(0), "max": .float(6)])
      graph.value("f", [], field: 12)
    }
    let network = try Network(ONNXModel(bytes), name: "test")
    let layers = try network.layers()
    #expect(layers.map(\.name) == ["conv1", "conv2", "relu2", "add"])
    #expect(layers.map(\.activation) == [.relu, .none, .relu, .relu6])
    #expect(layers.map(\.inputs) == [[nil], [0], [1], [1, 2]])
  }

  /// Nodes that the output does not depend on are no layers; a product and its bias are one.
  @Test func onlyWhatIsNeededIsThere() throws {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [nil, 2, 2, 2])
      graph.node("Flatten", ["x"], ["a"])
      graph.constant("w", [8, 3])
      graph.constant("b", [3])
      graph.node("MatMul", ["a", "w"], ["c"], name: "fc")
      graph.node("Resize", ["x"], ["unused"])
      graph.node("Add", ["b", "c"], ["d"])
      graph.node("Relu", ["d"], ["e"])
      graph.node("Softmax", ["e"], ["f"])
      graph.value("f", [], field: 12)
    }
    let layers = try Network(ONNXModel(bytes), name: "test").layers()
    #expect(layers.count == 1 && layers[0].activation == .relu)
    #expect(layers.parameters.map(\.name) == ["fc/weights", "fc/biases"])
  }

  /// A filter is [K, C, R, S] in the file and [R, S, C, K] here; a matrix counts pixels before channels there.
  @Test func weightsAreReordered() throws {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [nil, 2, 1, 3])
      graph.constant("w", [2, 2, 1, 2], [0, 1, 2, 3, 4, 5, 6, 7])
      graph.node("Conv", ["x", "w"], ["a"], name: "conv")
      graph.node("Flatten", ["a"], ["b"])
      graph.constant("m", [1, 4], [0, 1, 2, 3])
      graph.constant("c", [1], [3])
      graph.node(
        "Gemm", ["b", "m", "c"], ["d"], name: "fc",
        [
          "transB": .integer(1), "alpha": .float(2), "beta": .float(0.5),
        ])
      graph.value("d", [], field: 12)
    }
    let network = try Network(ONNXModel(bytes), name: "test")
    let read = try #require(network.values)
    let values = try network.layers().parameters.map { try read($0) }
    #expect(values == [[0, 4, 2, 6, 1, 5, 3, 7], [0, 4, 2, 6], [1.5]])
  }

  @Test(arguments: [
    (
      "Resize", [ONNXBytes.Attribute](),
      "it has the operator Resize ('node'), which no layer stands for; there are layers"
    ),
    ("Clip", [], "its limits are -inf and inf"), ("LRN", [], "its size of 0 channels is no odd number"),
    ("MaxPool", [], "its windows do not fit"), ("Reshape", [], "it does not make [batch, values] of an image"),
    ("Gemm", [], "its input '' is no constant"), ("Concat", [], "it does not join the channels of images"),
    ("Softmax", [], "it is not the last of the graph"), ("Conv", [], "its input '' is no constant"),
    ("Add", [], "its input '' is no layer's"),
  ])
  func nodeIsRefused(_ kind: String, _: [ONNXBytes.Attribute], _ reason: String) {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [nil, 2, 4, 4])
      graph.node(kind, ["x"], ["y"], name: "node", kind == "Concat" ? ["axis": .integer(2)] : [:])
      graph.node("Relu", ["y"], ["z"])
      graph.value("z", [], field: 12)
    }
    let error = #expect(throws: ONNXError.self) { try Network(ONNXModel(bytes), name: "test") }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("'node'") == true)
  }

  @Test(arguments: [
    (["dilations": ONNXBytes.Attribute.integers([4, 4])], "its shapes do not fit"),
    (["group": .integer(2)], "2 groups and a filter"),
    (["strides": .integers([1])], "its shapes do not fit"),
  ])
  func convolutionIsRefused(_ attributes: [String: ONNXBytes.Attribute], _ reason: String) {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [nil, 2, 8, 8])
      graph.constant("w", [4, 2, 3, 3])
      graph.node("Conv", ["x", "w"], ["y"], attributes)
      graph.value("y", [], field: 12)
    }
    let error = #expect(throws: ONNXError.self) { try Network(ONNXModel(bytes), name: "test") }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func poolIsRefused() {
    for (attributes, reason) in [
      (["count_include_pad": ONNXBytes.Attribute.integer(1), "ceil_mode": .integer(1)], "frameworks disagree"),
      (["dilations": .integers([2, 2])], "it is dilated"),
    ] {
      let bytes = ONNXBytes.model { graph in
        graph.value("x", [nil, 2, 8, 8])
        graph.node(
          "AveragePool", ["x"], ["y"],
          attributes.merging(
            ["kernel_shape": .integers([3, 3]), "strides": .integers([2, 2])], uniquingKeysWith: { first, _ in first }))
        graph.value("y", [], field: 12)
      }
      let error = #expect(throws: ONNXError.self) { try Network(ONNXModel(bytes), name: "test") }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
  }

  @Test func inputsAndOutputsAreRefused() {
    func reason(_ build: (inout ONNXBytes) -> Void) -> String {
      let bytes = ONNXBytes.model(build)
      return #expect(throws: ONNXError.self) { try Network(ONNXModel(bytes), name: "test") }?.description ?? ""
    }
    #expect(reason { $0.value("x", [nil, 2, 8, 8]) }.contains("it has 1 inputs and 0 outputs"))
    #expect(
      reason {
        $0.value("x", [nil, 2, nil, nil])
        $0.value("y", [], field: 12)
      }.contains("its input 'x' needs a shape [batch, channels, height, width]"))
    // Names that lead in circles.
    #expect(
      reason {
        $0.value("x", [nil, 2, 8, 8])
        $0.node("Identity", ["x"], ["y"])
        $0.node("Identity", ["y"], ["y"])
        $0.value("y", [], field: 12)
      }.contains("the value 'y' is computed twice"))
    #expect(
      reason {
        $0.value("x", [nil, 2, 8, 8])
        $0.value("x", [], field: 12)
      }.contains("its output 'x' is no layer's"))
  }
}
