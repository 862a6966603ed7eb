import Convolution
import Tensors

extension ProgramBuilder {
  /// Emits one operation for all convolutions of a group.
  mutating func lowerChain(_ group: FusedGroup, _ chain: FusedGroup.PlannedChain) {
    let plan = chain.plan
    let folded = group.convolutions.map { fold($0) }
    let packed = zip(group.convolutions, plan.packedFilterBytes).map { convolution, bytes in
      bytes > 0 ? Tensor("\(convolution.name)/packed_filter", byteCount: bytes, .persistent) : nil
    }
    // A run allocates nothing: this is filled when the tensors have their memory.
    var weights: [ConvolutionChainOperands.Weights] = []
    preparations.append(
      Operation(
        group.name, .forward, .weights, reads: zip(folded, packed).filter { $1 != nil }.map(\.0.weights),
        writes: packed.compactMap(\.self)
      ) { _ in
        for (number, (folded, packed)) in zip(folded, packed).enumerated() {
          guard let packed else { continue }
          plan.prepare(filter: folded.weights.floats, of: number, into: packed.address)
        }
        weights = zip(folded, packed).map { folded, packed in
          ConvolutionChainOperands.Weights(
            filter: folded.weights.floats, packedFilter: packed.map { UnsafeRawPointer($0.address) },
            bias: folded.bias.map { UnsafePointer($0.floats) })
        }
      })

    let source = inputTensor(of: group.first)
    let residual = group.convolutions.last!.residual.map { outputs[$0]! }
    let output = outputTensor(group)
    setOutput(output, of: group)
    let workspace = Tensor("\(group.name)/workspace", byteCount: max(plan.workspaceBytes, 64), .microBatch)
    let filters = zip(folded, packed).map { $1 ?? $0.weights }
    operations.append(
      Operation(
        group.name, .forward, group.microBatch, work: plan.work,
        reads: [source] + filters + folded.compactMap(\.bias) + [residual].compactMap(\.self),
        writes: [output, workspace]
      ) { images in
        let image = images.lowerBound
        plan.run(
          ConvolutionChainOperands(
            input: source.floats(of: image), weights: weights, residual: residual?.floats(of: image),
            output: output.floats(of: image)),
          workspace: workspace.address)
      })
  }
}
