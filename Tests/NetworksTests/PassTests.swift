import Networks
import Tensors
import Terms
import Testing

@Suite struct PassTests {
  /// Without batch norm and dropout, training computes what inference does.
  @Test(arguments: ["alexnet", "alexnet-owt", "vgg16", "vgg16-2048"], backendNames)
  func passesAgreeOnTheLogits(_ model: String, _ backend: String) throws {
    let layers = try #require(Zoo.named(model)).narrowLayers()
    let logits = try Pass.allCases.map { pass in
      let program = try Program.ready(
        layers, pass, batch: 2, backend: backend, in: context(threads: 1), dropsOut: false)
      program.run()
      return program.logits.values
    }
    for (pass, values) in zip(Pass.allCases, logits).dropFirst() {
      let error = RelativeError(of: values, from: logits[0].map(Double.init))
      #expect(error.relativeL2 < 1e-5, "\(model), \(backend), \(pass.rawValue): \(error)")
    }
  }

  @Test func onlyGradientsAreWrittenByForwardBackward() throws {
    let network = try #require(TinyNetwork.all.first { $0.testDescription == "batch norm with ReLU6" })
    let data = try TinyData(network)
    let program = try network.program(.forwardBackward, data, in: context())
    program.run()
    for (parameter, tensor) in program.parameters {
      #expect(tensor.values == data.parameters[parameter.name], "\(parameter.name) has changed")
    }
    #expect(program.input.values == data.input)
  }

  @Test func forwardHasNoGradients() throws {
    let network = TinyNetwork.all[0]
    let data = try TinyData(network)
    let program = try network.program(.forward, data, in: context())
    #expect(program.gradients.isEmpty)
    #expect(program.schedule.dispatches.allSatisfy { $0.operation.phase == .forward })
  }

  /// 2 for a multiply-add, three products in training, none for the gradient of the images.
  @Test func operationsAreCountedByPass() throws {
    let layers = try Network.alexnet.layers()
    let (all, first) = (2 * 728_274_944.0, 2 * 56.0 * 56 * 11 * 11 * 3 * 96)
    #expect(Pass.forward.flops(layers, batch: 128) == 128 * all)
    #expect(Pass.forwardBackward.flops(layers, batch: 128) == 128 * (3 * all - first))
    #expect(Pass.train.flops(layers, batch: 1) == 3 * all - first)
  }

  @Test func layersAreTimedInEveryPhase() throws {
    let network = TinyNetwork.all[0]
    let program = try network.program(.train, TinyData(network), in: context(), caches: .tiny)
    let clock = Ticks()
    let timer = LayerTimer(program, clock: clock.tick)
    timer.run()
    timer.reset()
    timer.run()
    timer.run()
    let counts = Dictionary(grouping: program.schedule.dispatches.map(\.operation)) {
      LayerTimer.Key(layer: $0.layer, phase: $0.phase)
    }
    #expect(Set(timer.durations.keys) == Set(counts.keys))
    for (key, operations) in counts {
      let expected = 0.001 * Double(operations.count)
      let durations = timer.durations[key] ?? []
      #expect(durations.count == 2 && durations.allSatisfy { abs($0 - expected) < 1e-9 }, "\(key)")
    }
    #expect(Set(counts.keys.map(\.phase)) == Set(StepPhase.allCases))
  }

  @Test func chainsAreTimedUnderOneName() throws {
    let network = try #require(TinyNetwork.all.first { $0.testDescription == "inverted residual blocks" })
    let program = try network.program(.forward, TinyData(network), in: context(threads: 1), caches: .tiny)
    let timer = LayerTimer(program, clock: Ticks().tick)
    timer.run()
    let names = Set(timer.durations.keys.map(\.layer))
    let chains = [
      "conv1+block1/depthwise+project", "block2/expand+depthwise+project", "block3/expand+depthwise+project",
    ]
    #expect(names == Set(chains + ["fc1"]))
    #expect(Set(program.groups.map(\.name)) == names)
  }
}

/// A clock that goes on by a millisecond whenever it is read.
private final class Ticks {
  private(set) var count = 0
  func tick() -> UInt64 {
    count += 1
    return UInt64(count) * 1_000_000
  }
}
