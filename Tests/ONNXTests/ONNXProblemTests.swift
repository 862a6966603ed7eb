import Convolution
import TestSupport
import Testing

@testable import ONNX

/// The problems of models, by shapes that are inferred.
@Suite struct ONNXProblemTests {
  private func problems(_ bytes: [UInt8], batch: Int = 3) throws -> [String] {
    let found = try ONNXModel(bytes).problems(batch: batch)
    return found.problems.map { "\($0.name) \($0.problem)" } + found.leftOut
  }

  /// Every operator that changes a shape, between an input of a free batch and two products.
  @Test func shapesFollowThroughTheGraph() throws {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [nil, 4, 15, 11])
      graph.constant("w1", [8, 2, 3, 5])
      graph.node(
        "Conv", ["x", "w1"], ["a"], name: "first",
        [
          "group": .integer(2), "pads": .integers([1, 2, 0, 1]), "strides": .integers([2, 1]),
        ])
      graph.node("Relu", ["a"], ["b"])
      graph.node("MaxPool", ["b"], ["c"], ["kernel_shape": .integers([2, 2]), "strides": .integers([2, 2])])
      graph.node("Transpose", ["c"], ["t"], ["perm": .integers([0, 1, 3, 2])])
      graph.node("Concat", ["t", "t"], ["d"], ["axis": .integer(1)])
      graph.constant("w2", [6, 16, 1, 1])
      graph.node("Conv", ["d", "w2"], ["e"])
      graph.node(
        "AveragePool", ["e"], ["f"],
        [
          "kernel_shape": .integers([2, 2]), "strides": .integers([2, 2]), "ceil_mode": .integer(1),
        ])
      graph.node("Add", ["f", "f"], ["g"])
      graph.node("Flatten", ["g"], ["h"])
      graph.constant("w3", [10, 36])
      graph.node("Gemm", ["h", "w3"], ["i"], name: "fc", ["transB": .integer(1)])
      graph.constant("shape", integers: [0, -1])
      graph.node("Reshape", ["g", "shape"], ["j"])
      graph.constant("w4", [36, 7])
      graph.node("MatMul", ["j", "w4"], ["k"])
      graph.node("GlobalAveragePool", ["g"], ["l"])
      graph.node("Squeeze", ["l"], ["m"], ["axes": .integers([2, -1])])
      graph.constant("w5", [6, 5])
      graph.node("MatMul", ["m", "w5"], ["n"])
      graph.node("ReduceMean", ["g"], ["o"], ["axes": .integers([-1, -2]), "keepdims": .integer(0)])
      graph.node("MatMul", ["o", "w5"], ["p"])
      graph.node("MatMul", ["o", "p"], ["q"])
    }
    // 15 + 1 - 3 = 13, so 7 rows; 11 + 3 - 5 = 9, so 10 columns. Pools: 3 x 5. Transposed: 5 x 3. Pools, up: 3 x 2.
    #expect(
      try problems(bytes) == [
        "first n3g2c4h15w11k8r3s5u2v1p1+0q2+1", "e n3c16h5w3k6r1s1u1p0", "fc n3c36h1w1k10r1s1u1p0",
        "k n3c36h1w1k7r1s1u1p0", "n n3c6h1w1k5r1s1u1p0", "p n3c6h1w1k5r1s1u1p0",
      ])
  }

  /// A batch that the file fixes stays; `x.view(x.size(0), -1)` is understood.
  @Test func shapesAreComputed() throws {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [2, 4, 3, 3])
      graph.node("Shape", ["x"], ["s"])
      graph.constant("zero", integers: [0])
      graph.node("Gather", ["s", "zero"], ["n"])
      graph.constant("rest", integers: [-1])
      graph.node("Concat", ["n", "rest"], ["to"], ["axis": .integer(0)])
      graph.node("Reshape", ["x", "to"], ["y"])
      graph.constant("w", [36, 5])
      graph.node("Gemm", ["y", "w"], ["z"])
    }
    #expect(try problems(bytes) == ["z n2c36h1w1k5r1s1u1p0"])
  }

  @Test(arguments: [
    ("SAME_UPPER", "n3c2h8w8k4r3s3u2p0+1"), ("SAME_LOWER", "n3c2h8w8k4r3s3u2p1+0"), ("VALID", "n3c2h8w8k4r3s3u2p0"),
  ])
  func paddingIsAutomatic(mode: String, problem: String) throws {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [nil, 2, 8, 8])
      graph.constant("w", [4, 2, 3, 3])
      graph.node("Conv", ["x", "w"], ["y"], ["auto_pad": .text(mode), "strides": .integers([2, 2])])
    }
    #expect(try problems(bytes) == ["y \(problem)"])
  }

  @Test func oneDimensionIsAnImageOfHeightOne() throws {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [nil, 2, 9])
      graph.constant("w", [4, 2, 3])
      graph.node("Conv", ["x", "w"], ["y"], ["pads": .integers([1, 1])])
    }
    #expect(try problems(bytes) == ["y n3c2h1w9k4r1s3u1p0q1"])
  }

  /// Behind an operator whose shape is not inferred the file's own shape counts.
  @Test func statedShapesHelp() throws {
    for isStated in [true, false] {
      let bytes = ONNXBytes.model { graph in
        graph.value("x", [nil, 2, 8, 8])
        graph.node("Resize", ["x"], ["y"], name: "up")
        if isStated { graph.value("y", [nil, 2, 16, 16], field: 13) }
        graph.constant("w", [4, 2, 1, 1])
        graph.node("Conv", ["y", "w"], ["z"], name: "last")
      }
      #expect(
        try problems(bytes) == [
          isStated
            ? "last n3c2h16w16k4r1s1u1p0"
            : "Conv 'last' is left out: the shape of 'y' that Resize 'up' computes is unknown; save the model with fixed "
              + "sizes."
        ])
    }
  }

  @Test(arguments: [
    (
      ["group": ONNXBytes.Attribute.integer(2)], [4, 4, 3, 3],
      "2 groups and a filter of [4, 4, 3, 3] do not fit 4 channels"
    ),
    (["group": .integer(3)], [4, 4, 3, 3], "3 groups and"), (["group": .integer(0)], [4, 4, 3, 3], "0 groups and"),
    (["dilations": .integers([4, 4])], [4, 4, 3, 3], "do not fit an input of [3, 4, 8, 8]"),
    (
      ["pads": .integers([1, 1])], [4, 4, 3, 3], "its kernel, strides and padding do not fit an input of [3, 4, 8, 8]"
    ),
    (["strides": .integers([0, 1])], [4, 4, 3, 3], "do not fit"), ([:], [4, 4, 9, 9], "do not fit"),
    (["auto_pad": .text("SOME")], [4, 4, 3, 3], "do not fit"), ([:], [4, 4, 3], "it is a 2-D convolution"),
    (["strides": .integers([2048, 1])], [4, 4, 3, 3], "its stride of 2048 is above the limit of 1024"),
  ])
  func nodeIsLeftOut(_ attributes: [String: ONNXBytes.Attribute], _ filter: [Int], _ reason: String) throws {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [nil, 4, 8, 8])
      graph.constant("w", filter)
      graph.node("Conv", ["x", "w"], ["y"], name: "conv", attributes)
    }
    let said = try problems(bytes)
    #expect(said.count == 1 && said[0].hasPrefix("Conv 'conv' is left out: ") && said[0].contains(reason), "\(said)")
  }

  @Test func threeDimensionsAndDeconvolutionsAreLeftOut() throws {
    let bytes = ONNXBytes.model { graph in
      graph.value("x", [nil, 4, 8, 8, 8])
      graph.constant("w", [4, 4, 3, 3, 3])
      graph.node("Conv", ["x", "w"], ["y"])
      graph.node("ConvTranspose", ["x", "w"], ["z"])
    }
    #expect(
      try problems(bytes) == [
        "Conv 'y' is left out: it is a 3-D convolution.",
        "ConvTranspose 'z' is left out: the suite has no such convolution.",
      ])
  }
}
