import Foundation
import TestSupport
import Testing

/// `bench verify` on the committed references and on damaged copies of them.
@Suite struct VerifyTests {
  static let references = [
    ("alexnet", "alexnet"), ("alexnet-owt", "alexnet-owt"), ("vgg16", "vgg16"), ("vgg16", "vgg16-odd"),
    ("vgg16-2048", "vgg16-2048"), ("mobilenetv2", "mobilenetv2-batch"), ("mobilenetv2", "mobilenetv2-moving"),
    ("mobilenetv2-tutorial", "mobilenetv2-tutorial-batch"), ("mobilenetv2-tutorial", "mobilenetv2-tutorial-moving"),
  ]

  @Test(arguments: references)
  func referenceAgrees(_ model: String, _ name: String) {
    let outcome = Outcome(["verify", model, "--reference", fixture(name)])
    #expect(outcome.status == 0, "\(name): \(outcome.out)")
    #expect(outcome.err == "" && !outcome.out.contains("DIFFERS"), "\(name)")
    #expect(outcome.lines.last == "Everything agrees within tolerance.", "\(name)")
    #expect(outcome.lines.contains { $0.hasPrefix("logits ") && $0.hasSuffix("ok") }, "\(name)")
    let gradients = outcome.lines.contains { $0.hasPrefix("gradient/") && $0.hasSuffix("ok") }
    #expect(gradients == !name.hasSuffix("moving"), "\(name)")
  }

  @Test(arguments: [
    ("alexnet", "alexnet", "conv2/weights"), ("vgg16", "vgg16", "fc8/biases"), ("vgg16", "vgg16", "input"),
    ("mobilenetv2", "mobilenetv2-moving", "block3/depthwise/moving_variance"),
    ("mobilenetv2", "mobilenetv2-batch", "gradient/conv9/gamma"), ("alexnet", "alexnet", "logits"),
  ])
  func disturbedTensorIsAMismatch(_ model: String, _ name: String, _ tensor: String) throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/disturbed.safetensors"
      try disturb(tensor, of: fixture(name), into: path)
      let outcome = Outcome(["verify", model, "--reference", path])
      #expect(outcome.status == 3, "\(name) with another \(tensor): \(outcome.out)")
      #expect(outcome.lines.last == "Something differs by more than its tolerance.")
      #expect(outcome.lines.contains { $0.hasSuffix("DIFFERS") })
    }
  }

  /// Two passes make one document, and nothing follows it.
  @Test func programsCanReadIt() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/disturbed.safetensors"
      try disturb("gradient/conv9/gamma", of: fixture("mobilenetv2-batch"), into: path)
      let arguments = ["verify", "mobilenetv2", "--reference", path, "--format"]
      let json = Outcome(arguments + ["json"])
      #expect(json.status == 3 && json.err == "Something differs by more than its tolerance.\n")
      let object = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
      #expect((object?["tables"] as? [Any])?.isEmpty == false)
      let junit = Outcome(arguments + ["junit"]).out
      #expect(junit.components(separatedBy: "<?xml").count == 2 && junit.contains("failures=\"1\""), "\(junit)")
      #expect(junit.contains("<testcase classname=\"bench\" name=\"gradient/conv9/gamma\">\n      <failure message="))
    }
  }

  @Test func malformedReferenceIsAFailure() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/x.safetensors"
      let file = try Data(contentsOf: URL(fileURLWithPath: fixture("alexnet")))
      for bytes in [Data(), Data("not safetensors at all".utf8), file.prefix(1000), file.dropLast(4)] {
        try bytes.write(to: URL(fileURLWithPath: path))
        expectRefusal(["verify", "alexnet", "--reference", path], status: 1, saying: path)
      }
      expectRefusal(["verify", "alexnet", "--reference", "\(directory)/none"], status: 1, saying: "cannot be read")
    }
  }

  @Test func referenceOfAnotherModelIsAFailure() {
    expectRefusal(
      ["verify", "vgg16", "--reference", fixture("alexnet")], status: 1,
      saying: "this is a reference for 'alexnet', not for 'vgg16'.")
  }

  @Test func strictBackendRefusesAReferenceToo() {
    expectRefusal(
      ["verify", "mobilenetv2", "--reference", fixture("mobilenetv2-moving"), "--backend", "im2col", "--strict"],
      status: 64, saying: "'im2col' cannot run ")
  }

  @Test func prefixesOfAReferenceNeverCrash() throws {
    try withDirectory { (directory: String) throws in
      let file = try Data(contentsOf: URL(fileURLWithPath: fixture("mobilenetv2-moving")))
      for count in stride(from: 0, to: file.count, by: file.count / 40) {
        let path = "\(directory)/\(count)"
        try file.prefix(count).write(to: URL(fileURLWithPath: path))
        #expect(Outcome(["verify", "mobilenetv2", "--reference", path]).status == 1, "\(count) bytes")
      }
    }
  }

  /// Copies a safetensors file with the first value of a tensor moved well beyond rounding.
  private func disturb(_ tensor: String, of source: String, into path: String) throws {
    var file = try Data(contentsOf: URL(fileURLWithPath: source))
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: file[8..<(8 + length)]) as? [String: Any]
    let entry = try #require(header?[tensor] as? [String: Any], "\(source) has no \(tensor)")
    let offset = 8 + length + (try #require((entry["data_offsets"] as? [Int])?.first))
    let bits = file[offset..<(offset + 4)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    withUnsafeBytes(of: (Float(bitPattern: bits) + 1).bitPattern.littleEndian) {
      file.replaceSubrange(offset..<(offset + 4), with: $0)
    }
    try file.write(to: URL(fileURLWithPath: path))
  }
}
