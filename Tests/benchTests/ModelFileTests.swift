import Foundation
import TestSupport
import Testing

@testable import bench

/// Networks and problems from ONNX files, in the commands that name a model.
@Suite(.serialized) struct ModelFileTests {
  /// A graph with every operator that a layer stands for; `scripts/onnx/fixture.py` makes it, and its logits by ONNX
  /// Runtime.
  static let model = Document.root.appendingPathComponent("Tests/Fixtures/onnx/operators.onnx").path
  static let reference = Document.root.appendingPathComponent("Tests/Fixtures/onnx/operators.safetensors").path

  @Test(arguments: ["auto", "direct", "im2col", "naive"])
  func logitsAreThoseOfONNXRuntime(backend: String) {
    let outcome = Outcome(["verify", Self.model, "--reference", Self.reference, "--backend", backend])
    #expect(outcome.status == 0 && outcome.out.contains("Everything agrees"), "\(outcome.out)\(outcome.err)")
  }

  /// A weight that is another gives other logits, so the comparison is one.
  @Test func otherWeightsDiffer() throws {
    try withDirectory { (directory: String) throws in
      var bytes = try Data(contentsOf: URL(fileURLWithPath: Self.model))
      // The first constant is the first convolution's filter. Its raw bytes are its last field.
      let name = try #require(
        bytes.range(
          of: Data("constant0".utf8), in: bytes.range(of: Data("every operator".utf8))!.upperBound..<bytes.count))
      for index in name.upperBound + 64..<name.upperBound + 128 { bytes[index] ^= 0x08 }
      let path = "\(directory)/other.onnx"
      try bytes.write(to: URL(fileURLWithPath: path))
      let outcome = Outcome(["verify", path, "--reference", Self.reference])
      #expect(outcome.status == 3 && outcome.out.contains("DIFFERS"), "\(outcome.out)\(outcome.err)")
    }
  }

  // MARK: Weights in another file

  private static let external = Document.root.appendingPathComponent("Tests/Fixtures/onnx/external.onnx").path
  private static let weights = Document.root.appendingPathComponent("Tests/Fixtures/onnx/operators.weights").path

  @Test func weightsBesideTheModelAreRead() {
    let outcome = Outcome(["verify", Self.external, "--reference", Self.reference])
    #expect(outcome.status == 0 && outcome.out.contains("Everything agrees"), "\(outcome.out)\(outcome.err)")
  }

  /// Copies the model, has `change` replace the name of its other file by one as long, and `place` put files there.
  private func refuses(_ location: String, _ words: String, place: (String) throws -> Void = { _ in }) throws {
    try withDirectory { (directory: String) throws in
      let folder = "\(directory)/model"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: Self.external))
      let name = Data("operators.weights".utf8)
      try #require(location.utf8.count == name.count)
      while let range = bytes.range(of: name) { bytes.replaceSubrange(range, with: Data(location.utf8)) }
      try bytes.write(to: URL(fileURLWithPath: "\(folder)/m.onnx"))
      try FileManager.default.copyItem(atPath: Self.weights, toPath: "\(directory)/outside-weights")
      try place(folder)
      expectRefusal(["verify", "\(folder)/m.onnx", "--reference", Self.reference], status: 1, saying: words)
    }
  }

  @Test func weightsOutsideTheFolderAreRefused() throws {
    try refuses("../outside-weight", "no path inside of the model's folder")
    try refuses("a/../../b.weights", "no path inside of the model's folder")
    try refuses("/usr/lib/w.weight", "no path inside of the model's folder")
    try refuses("operators-weights", "cannot be read (No such file or directory)")
    try refuses("operators-weights", "a link that leads out of the model's folder") {
      try FileManager.default.createSymbolicLink(
        atPath: "\($0)/operators-weights", withDestinationPath: "../outside-weights")
    }
    try refuses("operators-weights", "lies behind the end of 'operators-weights', which has 100 bytes") {
      try Data(count: 100).write(to: URL(fileURLWithPath: "\($0)/operators-weights"))
    }
  }

  /// The problems of a model need no weights.
  @Test func problemsNeedNoWeights() throws {
    try withDirectory { (directory: String) throws in
      try FileManager.default.copyItem(atPath: Self.external, toPath: "\(directory)/m.onnx")
      let outcome = Outcome(["layer", "--onnx", "\(directory)/m.onnx", "--format", "problems"])
      #expect(outcome.status == 0 && outcome.lines.count == 5, "\(outcome.out)\(outcome.err)")
    }
  }

  // MARK: Commands

  /// The gate's workers read the file themselves. Both programs are the same, so nothing is slower.
  @Test func gateTakesIt() throws {
    try withDirectory { (directory: String) throws in
      let gate = [
        Ran.program, "gate", "--base", Ran.program, "--model", Self.external, "--pass", "forward", "--max-time", "2",
        "--batch-size", "1", "--threads", "1", "--threshold", "1000", "--output", "gate",
      ]
      let ran = try Ran(gate, in: directory)
      #expect([0, 5].contains(ran.status), "\(ran.out)\(ran.err)")
      #expect(ran.out.contains("external.onnx forward"), "\(ran.out)")
    }
    expectRefusal(
      ["gate", "--base", "HEAD", "--model", "/no/such/model.onnx"], status: 1, saying: "Cannot read /no/such/model.onnx"
    )
  }

  @Test func networkIsMeasured() throws {
    let outcome = Outcome(
      [Self.model, "--batch-size", "2", "--num-batches", "2", "--burn-in", "1", "--format", "json", "--layers"])
    #expect(outcome.status == 0, "\(outcome.err)")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any])
    let records = try #require(json["records"] as? [[String: Any]])
    #expect(records.count == 2 && records.allSatisfy { $0["model"] as? String == "operators" })
  }

  @Test func otherCommandsTakeIt() {
    let quick = ["--batch-size", "1", "--pass", "forward"]
    for (command, words) in [
      (["describe", Self.model], "average pool 3/1 pad 1"), (["describe", Self.model, "--plan"], "conv0"),
      (["backends", Self.model, "--rounds", "2", "--backend", "direct", "--backend", "im2col"] + quick, "im2col"),
      (["profile", Self.model, "--num-batches", "2"] + quick, "matmul"),
    ] {
      let outcome = Outcome(command)
      #expect(outcome.status == 0 && outcome.out.contains(words), "\(command): \(outcome.out)\(outcome.err)")
    }
  }

  @Test func layersOfAModelAreMeasured() throws {
    let outcome = Outcome(["layer", "--onnx", Self.model, "--batch-size", "5", "--format", "problems"])
    #expect(outcome.status == 0, "\(outcome.err)")
    #expect(
      outcome.lines == [
        "n5g2c4h15w13k8r3s5u2v1p1+0q2+1 /conv0", "n5c8h4w6k6r1s1u1p0 /conv6", "n5g22c22h4w6k22r3s3u1p1 /conv11",
        "n5c528h1w1k10r1s1u1p0 /gemm16", "n5c10h1w1k7r1s1u1p0 /matmul20",
      ], "\(outcome.out)")
  }

  @Test func refusals() throws {
    expectRefusal(["run", "/no/such/model.onnx"], status: 1, saying: "Cannot read /no/such/model.onnx")
    expectRefusal(["layer", "--onnx", "/no/such/model.onnx"], status: 1, saying: "Cannot read /no/such/model.onnx")
    expectRefusal(["layer", "--onnx", "a", "--set", "vgg16"], status: 64, saying: "Give one of: ")
    expectRefusal(["run", "resnet"], status: 64, saying: "or the path of an ONNX file")
    expectRefusal(
      ["run", Self.model, "--image-size", "31", "--num-batches", "1", "--no-verify"], status: 1,
      saying: "leave out --image-size")
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/m.onnx"
      func refuses(_ bytes: [UInt8], _ arguments: [String], _ words: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        expectRefusal(arguments, status: 1, saying: words)
      }
      try refuses(Array("text".utf8), ["run", path], "is no ONNX model: ")
      let resize = ONNXBytes.model { graph in
        graph.value("x", [nil, 3, 4, 4])
        graph.node("Resize", ["x"], ["y"], name: "up")
        graph.value("y", [], field: 12)
      }
      try refuses(resize, ["run", path], "cannot be run: it has the operator Resize ('up'), which no layer stands for")
      try refuses(resize, ["layer", "--onnx", path], "has no convolution and no product with a constant matrix")
      let volume = ONNXBytes.model { graph in
        graph.value("x", [nil, 2, 8, 8, 8])
        graph.constant("w", [4, 2, 3, 3, 3])
        graph.node("Conv", ["x", "w"], ["y"])
      }
      try refuses(volume, ["layer", "--onnx", path], "has no problem that can be taken: Conv 'y' is left out: it is")
      let dilated = ONNXBytes.model { graph in
        graph.value("x", [nil, 2, 8, 9])
        graph.constant("w", [4, 2, 3, 3])
        graph.node("Conv", ["x", "w"], ["y"], ["dilations": .integers([2, 3]), "pads": .integers([2, 0, 1, 0])])
        graph.value("y", [], field: 12)
      }
      try Data(dilated).write(to: URL(fileURLWithPath: path))
      let listed = Outcome(["layer", "--onnx", path, "--batch-size", "2", "--format", "problems"])
      #expect(listed.lines == ["n2c2h8w9k4r3s3u1d2e3p2+1q0 y"], "\(listed.out)\(listed.err)")
    }
  }
}
