import Convolution
import Tensors
import Terms

extension ProgramBuilder {
  /// Emits a 1x1 convolution, its batch norm and the depthwise convolution behind it as one operation, whose output is
  /// the last one's.
  mutating func lowerExpansion(_ group: FusedGroup, _ plan: ExpandedDepthwisePlan) {
    let (weights, bias) = foldBatchStatistics(group, group.moments!)
    let packed = emitPacking(group, .forward, weights, bytes: plan.packedFilterBytes) {
      plan.prepare(filter: $0, into: $1)
    }
    let (source, output) = (inputTensor(of: group.first), outputTensor(group))
    let depthwise = parameter("\(group.convolutions[1].name)/weights")
    setOutput(output, of: group)
    let workspace = Tensor("\(group.name)/workspace", byteCount: plan.workspaceBytes, .microBatch)
    emit(
      group.name, .forward, group.microBatch, as: nil, work: plan.forwardWork,
      reads: [source, packed, bias, depthwise], writes: [output, workspace]
    ) { images in
      let image = images.lowerBound
      plan.forward(
        ExpandedDepthwisePlan.Operands(
          input: source.floats(of: image), expansion: packed.address, bias: bias.floats, depthwise: depthwise.floats),
        output: output.floats(of: image), workspace: workspace.address)
    }
  }

  /// Emits the gradients of all of these layers.
  mutating func lowerExpansionGradients(_ group: FusedGroup, _ plan: ExpandedDepthwisePlan, _ gradient: Gradient) {
    guard case .moments(let state) = saved[group.first], let moments = group.moments else { return }
    let sums = MomentGradients(group.name, channels: state.channels, outputs: state.outputs)
    let below = layers[group.first].inputs[0]
    let dx = below.map { gradientTensor($0) }
    emitExpansionGradients(group, plan, gradient.tensor, state, sums, dx)
    emitMomentGradients(group, moments, state, sums)
    guard let below, let dx else { return }
    emitCorrection(group, moments, sums, dx)
    contribute(Gradient(tensor: dx), to: below, from: group.first)
  }

  private mutating func emitExpansionGradients(
    _ group: FusedGroup, _ plan: ExpandedDepthwisePlan, _ dy: Tensor, _ state: MomentState, _ sums: MomentGradients,
    _ dx: Tensor?
  ) {
    let packed = emitPacking(group, .filterGradient, state.folded, bytes: plan.packedFilterBytes) {
      plan.prepare(filter: $0, into: $1)
    }
    let transposed = emitPacking(group, .filterGradient, state.folded, bytes: plan.packedTransposedBytes) {
      plan.prepare(transposed: $0, into: $1)
    }
    let source = inputTensor(of: group.first)
    let depthwise = parameter("\(group.convolutions[1].name)/weights")
    let whole = [sums.filter, sums.bias, gradients["\(group.convolutions[1].name)/weights"]!]
    // Each micro-batch but the first adds its part to those before it.
    let parts =
      group.microBatch.images(of: batch) < batch
      ? whole.map { scratch("\(group.name)/part", floats: $0.count) } : whole
    let workspace = Tensor("\(group.name)/workspace", byteCount: plan.workspaceBytes, .microBatch)
    emit(
      group.name, .filterGradient, group.microBatch, as: nil, work: plan.gradientWork,
      reads: [source, dy, packed, transposed, state.shift, depthwise],
      writes: whole + parts + [dx].compactMap(\.self) + [workspace]
    ) { [context] images in
      let image = images.lowerBound
      let results = image == 0 ? whole : parts
      plan.backward(
        ExpandedDepthwisePlan.Operands(
          input: source.floats(of: image), expansion: packed.address, bias: state.shift.floats,
          depthwise: depthwise.floats),
        ExpandedDepthwisePlan.GradientOperands(
          outputGradient: dy.floats(of: image), transposed: transposed.address, filterGradient: results[0].floats,
          biasGradient: results[1].floats, depthwiseGradient: results[2].floats,
          inputGradient: dx?.floats(of: image)),
        workspace: workspace.address)
      if image == 0 { return }
      for index in whole.indices { context.add(parts[index], to: whole[index]) }
    }
  }

  /// Packs a filter that the step has folded.
  private mutating func emitPacking(
    _ group: FusedGroup, _ phase: StepPhase, _ weights: Tensor, bytes: Int,
    _ pack: @escaping (UnsafePointer<Float>, UnsafeMutableRawPointer) -> Void
  ) -> Tensor {
    let packed = Tensor("\(group.convolutions[0].name)/packed_filter", byteCount: bytes, .transient)
    emit(group.name, phase, .weights, as: .packing, reads: [weights], writes: [packed]) { _ in
      pack(weights.floats, packed.address)
    }
    return packed
  }
}
