import CAllocationCount
import Networks
import TestSupport
import Testing

@testable import ONNX

/// Bytes that are no model, damaged or hostile.
@Suite(.serialized) struct ONNXReadingTests {
  @Test(arguments: [
    ([], "it has no graph"), ([0x08], "a number is cut off"), ([0x3a, 0x05, 0x00], "longer than what is left"),
    ([0x00, 0x00], "a field has the number 0"), ([0x0b], "unknown wire type 3"), ([0x38, 0x01], "a message is stored"),
    ([UInt8](repeating: 0xff, count: 11), "more than ten bytes"), ([0x3a, 0x00, 0x3a, 0x00], "two graphs"),
    ([0x3a, 0x02, 0x0a, 0x00], "a node has no operator"),
  ])
  func refusesWithTheReason(_ bytes: [UInt8], _ reason: String) {
    let error = #expect(throws: ONNXError.self) { try ONNXModel(bytes) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  // MARK: Constants

  private func model(_ build: @escaping (inout ONNXBytes) -> Void) throws -> (ONNXModel, ONNXModel.Tensor) {
    let model = try ONNXModel(ONNXBytes.model { $0.message(5, build) })
    return (model, try #require(model.initializers["c"]))
  }

  /// Raw bytes, packed lists and single values, of each type.
  @Test func constantsAreRead() throws {
    func read(_ type: Int, _ build: @escaping (inout ONNXBytes) -> Void) throws -> [Float] {
      let (model, tensor) = try model {
        $0.integer(1, 2)
        $0.integer(2, type)
        $0.text(8, "c")
        build(&$0)
      }
      return try type == 7 || type == 6 ? model.integers(tensor).map(Float.init) : model.floats(tensor)
    }
    let floats = [Float(1.5), -2].flatMap { (value) -> [UInt8] in withUnsafeBytes(of: value) { Array($0) } }
    let doubles = [1.5, -2.0].flatMap { (value) -> [UInt8] in withUnsafeBytes(of: value) { Array($0) } }
    let halves: [UInt8] = [0x00, 0x3e, 0x00, 0xc0]
    #expect(try read(1) { $0.raw(9, floats) } == [1.5, -2])
    #expect(try read(1) { $0.raw(4, floats) } == [1.5, -2])
    #expect(
      try read(1) {
        $0.float(4, 1.5)
        $0.float(4, -2)
      } == [1.5, -2])
    #expect(try read(11) { $0.raw(9, doubles) } == [1.5, -2] && read(11) { $0.raw(10, doubles) } == [1.5, -2])
    #expect(try read(10) { $0.raw(9, halves) } == [1.5, -2])
    #expect(
      try read(10) {
        $0.integer(5, 0x3e00)
        $0.integer(5, 0xc000)
      } == [1.5, -2])
    #expect(
      try read(7) {
        $0.integer(7, 300)
        $0.integer(7, -1)
      } == [300, -1])
    #expect(try read(6) { $0.raw(9, [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]) } == [1, -1])
  }

  @Test func constantsAreRefused() throws {
    func reason(_ shape: [Int], _ type: Int, _ build: @escaping (inout ONNXBytes) -> Void = { _ in }) throws -> String {
      let (model, tensor) = try model {
        for size in shape { $0.integer(1, size) }
        $0.integer(2, type)
        $0.text(8, "c")
        build(&$0)
      }
      return #expect(throws: ONNXError.self) { try model.floats(tensor) }?.description ?? ""
    }
    #expect(try reason([2], 1) { $0.raw(9, [0, 0, 0, 0]) }.contains("does not have as many values"))
    #expect(try reason([2], 1) { $0.raw(4, [0, 0, 0]) }.contains("does not have as many values"))
    #expect(try reason([2], 10) { $0.integer(5, 1) }.contains("does not have as many values"))
    #expect(try reason([2], 3) { $0.raw(9, [0, 0]) }.contains("numbers of type 3"))
    #expect(try reason([-2], 1) { $0.raw(9, []) }.contains("is no shape"))
    #expect(try reason([1 << 40, 1 << 40], 1) { $0.raw(9, []) }.contains("is no shape"))
    #expect(try reason([1 << 61], 1) { $0.raw(9, []) }.contains("does not have as many values"))
    #expect(try reason([2], 1) { $0.integer(14, 1) }.contains("lies in another file"))
    #expect(
      try reason([2], 1) {
        $0.message(13) {
          $0.text(1, "location")
          $0.text(2, "w")
        }
      }.contains("lies in another file, 'w', which was not read"))
  }

  /// Values at their place in another file; one that ends too early, and a place that is no number.
  @Test func externalConstantsAreRead() throws {
    func floats(offset: String, length: String?, file: [UInt8]) throws -> [Float] {
      var (model, tensor) = try model {
        $0.integer(1, 2)
        $0.integer(2, 1)
        $0.text(8, "c")
        for (key, value) in [("location", "a/b"), ("offset", offset), ("length", length ?? ""), ("checksum", "?")] {
          if key == "length", length == nil { continue }
          $0.message(13) {
            $0.text(1, key)
            $0.text(2, value)
          }
        }
        $0.integer(14, 1)
      }
      try model.readExternalFiles { (path) throws(ONNXError) in
        #expect(path == "a/b")
        return file
      }
      tensor = try #require(model.initializers["c"])
      return try model.floats(tensor)
    }
    let file = [Float(0), 1.5, -2].flatMap { (value) -> [UInt8] in withUnsafeBytes(of: value) { Array($0) } }
    #expect(try floats(offset: "4", length: "8", file: file) == [1.5, -2])
    #expect(try floats(offset: "4", length: nil, file: file) == [1.5, -2])
    for (offset, length, words) in [
      ("8", "8", "lies behind the end"), ("13", "8", "lies behind the end"), ("4", "4", "as many values"),
      ("-4", "8", "is no number of bytes"), ("9999999999999999999", "8", "is no number of bytes"),
      ("9223372036854775807", "9223372036854775807", "lies behind the end"),
    ] {
      let error = #expect(throws: ONNXError.self) { try floats(offset: offset, length: length, file: file) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  // MARK: Fuzzing

  /// A model with every field that is read.
  private static let seed = ONNXBytes.model { graph in
    graph.value("x", [nil, 4, 9, 9])
    graph.constant("w", [4, 2, 3, 3])
    graph.node(
      "Conv", ["x", "w"], ["a"], name: "conv",
      [
        "group": .integer(2), "pads": .integers([1, 1, 1, 1]), "strides": .integers([1, 1]),
      ])
    graph.node("LRN", ["a"], ["b"], ["alpha": .float(1), "size": .integer(3)])
    graph.node(
      "MaxPool", ["b"], ["c"],
      [
        "auto_pad": .text("SAME_UPPER"), "ceil_mode": .integer(1), "kernel_shape": .integers([2, 2]),
      ])
    graph.node("Concat", ["c", "c"], ["d"], ["axis": .integer(1)])
    graph.node("Shape", ["d"], ["s"])
    graph.constant("i", integers: [0])
    graph.node("Gather", ["s", "i"], ["n"])
    graph.constant("r", integers: [-1])
    graph.node("Concat", ["n", "r"], ["t"], ["axis": .integer(0)])
    graph.node("Reshape", ["d", "t"], ["e"])
    graph.node("Unsqueeze", ["e"], ["u"], ["axes": .integers([2, 3])])
    graph.node("Squeeze", ["u"], ["v"], ["axes": .integers([2, 3])])
    graph.node("Transpose", ["v"], ["k"], ["perm": .integers([0, 1])])
    graph.node("Flatten", ["k"], ["l"], ["axis": .integer(-1)])
    graph.node("ReduceMean", ["c"], ["m"], ["axes": .integers([2]), "keepdims": .integer(0)])
    graph.constant("p", [648, 2], filledWith: 1)
    graph.node("Gemm", ["e", "p"], ["y"])
    graph.value("y", [nil, 2], field: 12)
    graph.value("d", [nil, 8, 9, 9], field: 13)
  }

  /// 120 000 inputs, each the model with some of its bytes changed, inserted or removed. None crashes, takes long, or
  /// allocates more than a few times the file; those that are read give their problems.
  @Test(arguments: 1...4)
  func mutatedModelsAreReadOrRefused(seed: UInt64) {
    var state = seed &* 0x9e37_79b9_7f4a_7c15
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33) % bound
    }
    allocation_count_start()
    // The weights of the last product are most of the file; without them mutations meet structure.
    let model = Self.seed
    let (slowest, clock) = (Duration.seconds(1), ContinuousClock())
    var (read, refused, built) = (0, 0, 0)
    for _ in 0..<30_000 {
      var bytes = model
      for _ in 0...random(4) {
        let place = random(min(bytes.count, 1200))
        switch random(5) {
        case 0: bytes[place] = UInt8(random(256))
        case 1: bytes[place] ^= 1 << UInt8(random(8))
        case 2: bytes.insert([0, 1, 0x7f, 0x80, 0xff][random(5)], at: place)
        case 3: bytes.remove(at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + random(64)))
        }
      }
      let (before, start) = (allocation_count_of_thread().bytes, clock.now)
      do throws(ONNXError) {
        let model = try ONNXModel(bytes)
        _ = model.problems(batch: 2)
        for tensor in model.initializers.values { _ = try? model.floats(tensor) }
        if let network = try? Network(model, name: "fuzzed") { built += (try? network.layers()) == nil ? 0 : 1 }
        read += 1
      } catch { refused += 1 }
      // Names and lists that are copied, tables of them as they grow, and shapes.
      #expect(allocation_count_of_thread().bytes - before < 16 * bytes.count + (1 << 19))
      #expect(clock.now - start < slowest)
    }
    #expect(min(read, refused, built) > 1000, "\(read) read, \(refused) refused, \(built) built")
  }

  /// What claims to be large allocates nothing; many small parts stay within a bound and end soon.
  @Test func hostileModelsAreBounded() throws {
    allocation_count_start()
    let claims = ONNXBytes.model { graph in
      graph.message(5) { tensor in
        for _ in 0..<3 { tensor.integer(1, 1 << 20) }
        tensor.integer(2, 1)
        tensor.text(8, "w")
        tensor.raw(9, [0, 0, 0, 0])
      }
      graph.value("x", [1 << 40, 1 << 40])
      graph.node("Gemm", ["x", "w"], ["y"])
    }
    let before = allocation_count_of_thread().bytes
    let model = try ONNXModel(claims)
    #expect(model.problems(batch: 1).problems.isEmpty)
    #expect(throws: ONNXError.self) { try model.floats(model.initializers["w"]!) }
    #expect(allocation_count_of_thread().bytes - before < 1 << 16)

    // Products that read each other, each of them left out with a sentence.
    let many = ONNXBytes.model { graph in for _ in 0..<50_000 { graph.node("Gemm", ["a", "a"], ["a"]) } }
    let started = allocation_count_of_thread().bytes
    #expect(try ONNXModel(many).problems(batch: 1).leftOut.count == 50_000)
    #expect(allocation_count_of_thread().bytes - started < 150 * many.count)

    let long = ONNXBytes.model { graph in
      graph.node("Conv", ["x", "w"], ["y"], ["pads": .integers([Int](repeating: 1, count: 65))])
    }
    #expect(throws: ONNXError("a list has more than 64 numbers")) { try ONNXModel(long) }
  }
}
