import Networks
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
