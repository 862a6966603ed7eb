import Convolution
import Terms
import Testing

@testable import Networks

/// Which layers run together. Nothing is built or allocated.
@Suite struct FusionTests {
  static let tinyNames = TinyNetwork.all.map(\.testDescription)

  private func groups(
    _ name: String, _ pass: Pass, backend: String = BackendChoice.automatic, threads: Int = 1,
    caches: CacheSizes = .tiny
  ) throws -> [FusedGroup] {
    let network = try #require(TinyNetwork.all.first { $0.testDescription == name })
    return try FusionPass.groups(
      network.layers, pass: pass, batch: network.batch, choice: BackendChoice(backend), in: context(threads: threads),
      caches: caches)
  }

  private func group(_ name: String, in groups: [FusedGroup]) throws -> FusedGroup {
    try #require(groups.first { $0.names.contains(name) })
  }

  @Test(arguments: Zoo.all.map(\.name), Pass.allCases)
  func everyLayerIsInOneGroup(_ model: String, _ pass: Pass) throws {
    let layers = try #require(Zoo.named(model)).layers()
    for backend in backendNames {
      let groups = try FusionPass.groups(
        layers, pass: pass, batch: 4, choice: BackendChoice(backend), in: context())
      #expect(groups.flatMap(\.layers).sorted() == Array(layers.indices), "\(backend)")
      #expect(groups.map(\.first) == groups.map(\.first).sorted(), "\(backend)")
      for group in groups { #expect(group.names == group.layers.map { layers[$0].name }, "\(backend)") }
    }
  }

  @Test func batchNormsAndSumsAreFolded() throws {
    let groups = try groups("residual block with projected shortcut and batch norm", .forward)
    #expect(groups.map(\.name) == ["conv1", "conv2", "shortcut", "conv3", "fc1"])
    let (second, shortcut) = (try group("conv2", in: groups), try group("shortcut", in: groups))
    #expect(second.names == ["conv2", "conv2/batch_norm"] && second.convolutions[0].normalization == "conv2")
    #expect(second.notes == ["The sum is not added on the way: its other term is computed later."])
    #expect(shortcut.names == ["shortcut", "add1"] && shortcut.convolutions[0].residual == second.last)
    #expect(shortcut.planLines[0].besides == ["residual"])
  }

  @Test func activationsBehindSumsAreFolded() throws {
    let name = "residual blocks with batch norm and activations, ReLU6 in one"
    let forward = try groups(name, .forward)
    #expect(forward.map(\.name) == ["conv1", "conv2", "conv3", "conv4", "shortcut", "fc1"])
    #expect(try group("add1", in: forward).planLines[0].besides == ["folded batch norm", "residual", "relu"])
    #expect(try group("add2", in: forward).planLines[0].besides == ["folded batch norm", "residual", "relu6"])
    for pass in [Pass.forwardBackward, .train] { #expect(try groups(name, pass).allSatisfy { $0.layers.count == 1 }) }
    // An activation before the sum is the convolution's own.
    let before = try groups("sums with activations", .forward)
    #expect(try group("add2", in: before).layers.count == 1)
    #expect(
      try group("conv3", in: before).notes == ["The sum is not added on the way: an activation stands before it."])
    #expect(try group("conv2", in: before).names == ["conv2", "add1"])
  }

  @Test func activationsByThemselvesAreFolded() throws {
    let groups = try groups("activations by themselves, ReLU6 too", .forward)
    #expect(try group("relu1", in: groups).names == ["conv1", "relu1"])
    let second = try group("relu2", in: groups)
    #expect(second.names == ["conv2", "conv2/batch_norm", "relu2"])
    #expect(second.planLines[0].besides == ["folded batch norm", "relu6"])
    let third = try group("relu3", in: groups)
    #expect(third.names == ["conv3", "add1", "relu3"] && third.planLines[0].besides == ["bias", "residual", "relu"])
    #expect(try group("relu4", in: groups).layers.count == 1)
    let shared = try self.groups("activation of a layer that others read too", .forward)
    #expect(
      try group("conv1", in: shared).notes == ["The activation is not part of the group: 2 layers read what it reads."])
  }

  @Test func batchNormsBehindActivationsAreNotFolded() throws {
    let groups = try groups("batch norms by themselves", .forward)
    #expect(try group("norm1", in: groups).layers.count == 1)
    #expect(try group("pool1/batch_norm", in: groups).layers.count == 1)
    #expect(try group("norm2", in: groups).names == ["fc1", "norm2"])
  }

  @Test func statisticsOfTheBatchAreNotFolded() throws {
    let groups = try groups("batch norm", .forwardBackward)
    #expect(groups.allSatisfy { $0.layers.count == 1 })
    #expect(
      try group("conv1", in: groups).notes == [
        "Batch norm is not folded into the weights: its statistics are those of the batch."
      ])
    // The first is read by a normalized convolution, and computed again for it.
    #expect(try group("conv1/batch_norm", in: groups).savedForBackward == ["channel statistics"])
    #expect(try group("conv2/batch_norm", in: groups).savedForBackward == ["output", "channel statistics"])
  }

  @Test func convolutionThatIsReadTwiceIsNotFolded() throws {
    let groups = try groups("batch norm whose convolution is read twice", .forward)
    #expect(try group("conv1", in: groups).layers.count == 1)
    #expect(
      try group("conv1", in: groups).notes.contains(
        "Batch norm is not folded into the weights: 2 layers read the convolution."))
  }

  @Test func maxPoolsOfWholeVectorsAreComputedOnTheWay() throws {
    for pass in Pass.allCases {
      let groups = try groups("max pools that convolutions of whole vectors take in", pass, backend: "winograd")
      let second = try group("conv2", in: groups)
      #expect(second.names == ["conv2", "pool2"] && second.planLines[0].besides.last == "max pool")
      #expect(second.savedForBackward == (pass.hasGradients ? ["output", "argmax"] : []))
      let fusions = second.assignments.map(\.request.fusions)
      #expect(fusions.allSatisfy { $0.contains(.maxPool) })
      let others = try self.groups("max pools that convolutions of whole vectors take in", pass, backend: "im2col")
      #expect(
        try group("conv2", in: others).notes.first
          == "The max pool is not computed on the way: im2col cannot do that in the direction forward.")
    }
    let overlapping = try groups("max pool with overlap", .forward)
    #expect(
      try group("conv1", in: overlapping).notes
        == ["The max pool is not computed on the way: its window is 3x3 with stride 2, not 2x2 with 2."])
  }

  @Test func invertedResidualBlocksAreChains() throws {
    let groups = try groups("inverted residual blocks", .forward)
    #expect(
      groups.map(\.name) == [
        "conv1+block1/depthwise+project", "block2/expand+depthwise+project", "block3/expand+depthwise+project", "fc1",
      ])
    let second = groups[1]
    #expect(second.names.count == 7 && second.names.last == "block2/add")
    #expect(second.convolutions[2].residual == groups[0].last)
    let line = second.planLines[0]
    #expect(second.planLines.count == 1 && line.backend == "direct" && line.algorithm == "fused block")
    #expect(line.microBatch == 1 && line.besides == ["folded batch norm", "residual", "relu6"])
    #expect(line.problem.hasSuffix("> g19k19r3s3u1p1 > k4r1s1u1p0"), "\(line.problem)")
    #expect(line.workspaceBytes > 0 && second.assignments.map(\.workspaceBytes).reduce(0, +) == line.workspaceBytes)
    // Winograd has no plan for chains, and gradients need what is between the convolutions.
    let single = try self.groups("inverted residual blocks", .forward, backend: "im2col")
    #expect(single.allSatisfy { $0.chain == nil })
    #expect(try self.groups("inverted residual blocks", .train).allSatisfy { $0.chain == nil })
  }

  @Test func biasOfAConvolutionKeepsItOutOfAChain() throws {
    let groups = try groups("inverted residual block whose expansion has a bias", .forward)
    #expect(try group("block1/expand", in: groups).convolutions.count == 1)
  }

  /// On two workers, one image of block 2's size is not worth a plan of the block, three are.
  @Test func chainsArePlannedAtTheMicroBatchAtWhichTheyRun() throws {
    for name in Self.tinyNames {
      for threads in [1, 2, 5] {
        for caches in [CacheSizes.tiny, CacheSizes(second: 1 << 20, last: 1 << 16), .current] {
          for group in try groups(name, .forward, threads: threads, caches: caches) {
            guard let chain = group.chain else { continue }
            let images = group.microBatch.images(of: group.convolutions[0].problem.batch)
            #expect(chain.chain.batch == images, "\(name)")
            #expect(Direct().plan(chain.chain, in: context(threads: threads)) != nil, "\(name)")
          }
        }
      }
    }
  }

  @Test func normsBehindExpansionsTakeTheirStatisticsFromTheInput() throws {
    for pass in [Pass.forwardBackward, .train] {
      for caches in [CacheSizes.tiny, .current] {
        let groups = try groups("inverted residual blocks", pass, caches: caches)
        let second = try group("block2/expand", in: groups)
        #expect(second.names == ["block2/expand", "block2/expand/batch_norm", "block2/depthwise"])
        #expect(second.name == "block2/expand+depthwise" && second.convolutions[0].normalization == "block2/expand")
        #expect(second.moments != nil && second.expansion != nil)
        #expect(second.savedForBackward == ["output", "channel statistics"])
        let lines = second.planLines
        #expect(lines.map(\.algorithm) == ["fused expansion", "fused expansion", "fused expansion"])
        #expect(lines[0].besides == ["batch norm by its input's covariance", "relu6"])
        // The covariance is that of the whole batch, so its input is stored.
        let input = try group("block1/project/batch_norm", in: groups)
        #expect(input.outputImages == 3 && input.keepsOutput)
      }
    }
    // Gradients of the other back ends are those of single layers; the norm is folded all the same.
    let single = try groups("inverted residual blocks", .forwardBackward, backend: "im2col")
    let second = try group("block2/expand", in: single)
    #expect(second.names == ["block2/expand", "block2/expand/batch_norm"] && second.expansion == nil)
    #expect(second.convolutions[0].biasGradient == .separate)
  }

  @Test func normsBehindOtherConvolutionsReadTheirInput() throws {
    let groups = try groups("inverted residual blocks", .forwardBackward)
    #expect(
      try group("block2/project", in: groups).notes.contains(
        "The norm's statistics are not taken from its input's covariance: "
          + "that of 19 channels takes longer than to read 4."))
    let biased = try self.groups("inverted residual block whose expansion has a bias", .forwardBackward)
    #expect(
      try group("block1/expand", in: biased).notes.contains(
        "The norm's statistics are not taken from its input's covariance: the convolution has a bias."))
    let layers = try Network.mobilenetV2.layers()
    let small = try FusionPass.groups(
      layers, pass: .forwardBackward, batch: 1, choice: BackendChoice(), in: context())
    #expect(
      try group("block15/expand", in: small).notes.contains(
        "The norm's statistics are not taken from its input's covariance: "
          + "products of 160 channels' matrices take longer than to read 49 pixels."))
    #expect(try group("block2/expand", in: small).expansion != nil)
  }

  @Test func outputsBetweenNormsAreRecomputed() throws {
    let groups = try groups("batch norm with ReLU6", .forwardBackward)
    let (norm, reader) = (try group("conv1/batch_norm", in: groups), try group("depthwise", in: groups))
    #expect(norm.outputImages == 1 && norm.savedForBackward == ["channel statistics"])
    #expect(norm.inputGradientImages == 1)
    #expect(reader.convolutions[0].filterInput == .recomputed(batchNormalization: norm.first))
    #expect(reader.planLines[1].besides.contains("input recomputed"))
    #expect(reader.microBatch == .images(1))
    #expect(try group("fc1", in: groups).convolutions[0].filterInput == .stored)
  }

  @Test func gradientsTakeMaskAndBiasAlong() throws {
    let groups = try groups("convolutions 3x3", .forwardBackward, backend: "direct")
    let second = try group("conv2", in: groups).convolutions[0]
    #expect(second.masksInputGradient && second.biasGradient == .fused)
    let others = try self.groups("convolutions 3x3", .forwardBackward, backend: "im2col")
    #expect(try group("conv2", in: others).convolutions[0].biasGradient == .separate)
    #expect(
      try group("conv2", in: others).notes == [
        "The bias gradient is summed separately: im2col cannot sum it.",
        "The input gradient is not multiplied by the mask of the layer below: im2col cannot do that.",
      ])
    let clipped = try self.groups("ReLU6", .forwardBackward, backend: "direct")
    #expect(
      try group("conv2", in: clipped).notes
        == ["The input gradient is not multiplied by the mask of the layer below: its activation is relu6, not relu."])
  }

  /// What a group says that it keeps is what backward operations read.
  @Test(arguments: tinyNames, backendNames) func savedOutputsAreThoseThatBackwardReads(
    _ name: String, _ backend: String
  ) throws {
    let network = try #require(TinyNetwork.all.first { $0.testDescription == name })
    for (dropsOut, caches) in [(true, CacheSizes.tiny), (false, .current)] {
      let program = try Program(
        network.layers, pass: .forwardBackward, batch: network.batch, choice: BackendChoice(backend),
        in: context(), dropsOut: dropsOut, caches: caches)
      let operations = program.schedule.groups.joined()
      let backward = operations.filter { $0.phase != .forward }
      for group in program.groups where group.saved != .dropoutSeed || group.keepsOutput {
        let layer = network.layers[group.last].name
        let outputs = operations.filter { $0.phase == .forward }.flatMap(\.writes).filter { $0.name == layer }
        // A dropout that drops nothing has its input's tensor.
        guard let output = outputs.first else { continue }
        let isRead = backward.contains { operation in operation.reads.contains { $0 === output } }
        #expect(isRead == group.keepsOutput, "\(layer), \(backend)")
      }
    }
  }

  @Test func groupsPrint() throws {
    let groups = try groups("max pools that convolutions of whole vectors take in", .forwardBackward, backend: "direct")
    #expect(
      try group("conv1", in: groups).description == """
        conv1: conv1; saves output
          forward on direct, register tiles, 2 images at a time with bias, relu
          filter gradient on direct, register tiles, 2 images at a time with bias gradient fused
          The max pool is not computed on the way: direct cannot do that in the direction forward.
        """)
  }
}
