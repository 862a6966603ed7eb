import Convolution
import Networks
import Terms
import Testing

/// Same seed and back end: the same bits.
@Suite struct DeterminismTests {
  @Test(arguments: Zoo.all.map(\.name), backendNames)
  func logitsDependOnNeitherRunNorThreads(_ model: String, _ backend: String) throws {
    let layers = try #require(Zoo.named(model)).narrowLayers()
    for pass in [Pass.forward, .forwardBackward] {
      let expected = try logits(layers, pass, backend, threads: 1, steps: 2)
      #expect(expected[0].contains { $0 != 0 } && expected[0].allSatisfy { $0.isFinite })
      #expect(expected[1].bits == expected[0].bits, "\(model) \(pass.rawValue), \(backend), second step")
      for threads in pass == .forward ? [2, 3] : [2] {
        let values = try logits(layers, pass, backend, threads: threads, steps: 1)
        #expect(
          values[0].bits == expected[0].bits, "\(model) \(pass.rawValue), \(backend), on \(threads) threads")
      }
    }
  }

  /// Every gradient too, of networks that hold all kinds of layers; with more threads than most layers have work for.
  @Test(arguments: ["alexnet", "vgg16", "mobilenetv2"], [CacheSizes.current, .tiny])
  func gradientsDependOnNoThreads(_ model: String, _ caches: CacheSizes) throws {
    let layers = try #require(Zoo.named(model)).narrowLayers()
    func gradients(_ threads: Int) throws -> [String: [UInt32]] {
      let program = try Program.ready(layers, .forwardBackward, batch: 2, in: context(threads: threads), caches: caches)
      program.run()
      return program.gradients.mapValues(\.values.bits)
    }
    let expected = try gradients(1)
    #expect(!expected.isEmpty)
    for threads in [2, 3, 5] {
      for (name, bits) in try gradients(threads) {
        #expect(bits == expected[name], "\(model) \(name) on \(threads) threads")
      }
    }
  }

  @Test func seedsGiveOtherLogits() throws {
    let layers = try Network.mobilenetV2.narrowLayers()
    let runs = try [1, 2].map { (seed: UInt64) in
      let program = try Program.ready(layers, .forward, batch: 1, in: context(), seed: seed)
      program.run()
      return program.logits.values
    }
    #expect(runs[0].bits != runs[1].bits)
  }

  private func logits(
    _ layers: [Layer], _ pass: Pass, _ backend: String, threads: Int, steps: Int
  ) throws -> [[Float]] {
    let program = try Program.ready(
      layers, pass, batch: 2, backend: backend, in: context(threads: threads), dropsOut: false)
    return (0..<steps).map { _ in
      program.run()
      return program.logits.values
    }
  }
}
