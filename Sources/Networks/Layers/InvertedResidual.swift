import Convolution
import Tensors

/// The layers of an inverted residual block: its three convolutions, with what each plan computes besides.
struct BlockLayers {
  let convolutions: [Int]
  let folded: [FoldedConvolution]
  let backend: any ConvolutionBackend
  /// Of the whole batch.
  let request: InvertedResidual
}

extension ProgramBuilder {
  /// The blocks of a forward pass, by the first convolution: three convolutions in a row, each with a batch norm and no
  /// bias of its own, for which one back end has a plan where each worker has an image.
  func findBlocks() -> [Int: BlockLayers] {
    guard !pass.hasGradients else { return [:] }
    var blocks: [Int: BlockLayers] = [:]
    var index = 0
    while index < layers.count {
      let block = block(from: index)
      blocks[index] = block
      index = (block?.convolutions.last ?? index) + 1
    }
    return blocks
  }

  private func block(from first: Int) -> BlockLayers? {
    var convolutions: [Int] = []
    var folded: [FoldedConvolution] = []
    var next: Int? = first
    while let index = next, convolutions.count < 3, isNormalized(index) {
      convolutions.append(index)
      folded.append(foldedConvolution(index))
      next = adjacentReader(of: folded.last!.last)
    }
    guard convolutions.count == 3, folded.allSatisfy({ !$0.hasBias }) else { return nil }
    let backends = convolutions.map { choice.backend(for: problem($0), .forward).backend }
    let requests = zip(convolutions, folded).map { index, folded in
      ConvolutionRequest(problem(index), .forward, epilogue: folded.epilogue, filterIsConstant: true)
    }
    guard Set(backends.map(\.name)).count == 1,
      let request = InvertedResidual(requests[0], requests[1], requests[2]),
      backends[0].plan(request.with(batch: min(batch, context.pool.count)), in: context) != nil
    else { return nil }
    return BlockLayers(convolutions: convolutions, folded: folded, backend: backends[0], request: request)
  }

  /// Emits one operation for all three convolutions, unless single ones are as good.
  /// - Returns: whether it did
  mutating func lowerInvertedResidual(_ first: Int) throws(NetworkError) -> Bool {
    guard let layers = blocks[first] else { return false }
    let microBatch = microBatch(first)
    let block = layers.request.with(batch: microBatch)
    guard let plan = layers.backend.plan(block, in: context) else { return false }
    let folded = zip(layers.convolutions, layers.folded).map { fold($0, $1) }
    let (weights, biases) = (folded.map(\.weights), folded.map { $0.bias! })
    let names = layers.convolutions.map { self.layers[$0].name }
    try assign(layers, block, plan)
    let sizes = plan.packedFilterBytes
    let expansion = Tensor("\(names[0])/packed_filter", byteCount: sizes.expansion, .persistent)
    let projection = Tensor("\(names[2])/packed_filter", byteCount: sizes.projection, .persistent)
    preparations.append(
      Operation(names[0], .forward, .weights, reads: [weights[0], weights[2]], writes: [expansion, projection]) { _ in
        plan.prepare(expansion: weights[0].floats, into: expansion.floats)
        plan.prepare(projection: weights[2].floats, into: projection.floats)
      })

    let source = inputTensor(of: first)
    let residual = layers.folded[2].residual.map { outputs[$0]! }
    let output = foldedOutput(layers.convolutions[2], last: layers.folded[2].last)
    for (index, folded) in zip(layers.convolutions, layers.folded) {
      outputs[index] = output
      markFused(from: index, to: folded.last, output: output)
    }
    let workspace = Tensor("\(names[0])/workspace", byteCount: plan.workspaceBytes, .microBatch)
    let laps = Laps(names)
    operations.append(
      Operation(
        names[0], .forward, .images(microBatch),
        reads: [source, expansion, weights[1], projection] + biases + [residual].compactMap(\.self),
        writes: [output, workspace], laps: laps
      ) { images in
        let image = images.lowerBound
        var operands = InvertedResidualPlan.Operands(
          input: source.floats(of: image), expansion: .init(expansion.floats, bias: biases[0].floats),
          depthwise: .init(weights[1].floats, bias: biases[1].floats),
          projection: .init(projection.floats, bias: biases[2].floats), residual: residual?.floats(of: image),
          output: output.floats(of: image))
        operands.laps = laps.stages
        plan.run(operands, workspace: workspace.address)
      })
    return true
  }

  private mutating func assign(
    _ layers: BlockLayers, _ block: InvertedResidual, _ plan: InvertedResidualPlan
  ) throws(NetworkError) {
    for (index, request) in zip(layers.convolutions, block.requests) {
      let isFirst = index == layers.convolutions[0]
      let (backend, refusal) = try choice.assign(self.layers[index], problem(index), .forward)
      assignments.append(
        Assignment(
          layer: self.layers[index].name, isConvolution: true, problem: problem(index), request: request,
          block: isFirst ? block : nil, backend: backend.name, algorithm: plan.algorithm, refusal: refusal,
          workspaceBytes: isFirst ? plan.workspaceBytes : 0))
    }
  }
}
