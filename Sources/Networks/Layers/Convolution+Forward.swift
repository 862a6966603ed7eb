import Convolution
import Tensors
import Terms

/// The tensors that backward needs of a group beside its input and output.
enum SavedState {
  /// The index of the largest value of each window, a byte for each pooled value.
  case argmax(Tensor)
  case dropout(DropoutMask)
  /// Batch norm's channel vectors.
  case normalization(NormalizationState)
  /// The same of a norm that is folded into a convolution.
  case moments(MomentState)
}

extension ProgramBuilder {
  /// Emits a convolution or fully connected layer, with what its plan does on the way.
  mutating func lowerConvolution(_ group: FusedGroup) {
    let convolution = group.convolutions[0]
    let (weights, bias) = group.moments.map { foldBatchStatistics(group, $0) } ?? fold(convolution)
    let residual = convolution.residual.map { outputs[$0]! }
    var argmax: Tensor?
    if group.saved == .argmax {
      argmax = Tensor("\(convolution.name)/argmax", byteCount: batch * layers[group.last].output.count, .transient)
      saved[group.first] = .argmax(argmax!)
    }
    let output = outputTensor(group)
    let source = inputTensor(of: group.first)
    // A fused pool's output stands for the convolution's: backward finds both in one.
    setOutput(output, of: group)
    emitPlan(
      group, convolution, .forward,
      reads: [source, weights] + [bias, residual].compactMap(\.self),
      writes: [output] + [argmax].compactMap(\.self), weights: weights
    ) { image in
      var operands = ConvolutionOperands(
        input: source.floats(of: image), filter: weights.floats, output: output.floats(of: image))
      operands.bias = bias.map { UnsafePointer($0.floats) }
      operands.residual = residual.map { UnsafePointer($0.floats(of: image)) }
      operands.argmax = argmax?.bytes
      return operands
    }
  }

  /// The weights and the bias of a convolution, its batch norm folded into them.
  mutating func fold(_ convolution: FusedConvolution) -> (weights: Tensor, bias: Tensor?) {
    let weights = parameter("\(convolution.name)/weights")
    let bias = convolution.hasBias ? parameter("\(convolution.name)/biases") : nil
    guard let prefix = convolution.normalization else { return (weights, bias) }
    return foldBatchNormalization(prefix, into: weights, bias: bias, problem: convolution.problem)
  }

  /// Gives a convolution's plan its memory and emits its operation. Constant weights are packed once, variable ones in
  /// every step.
  ///
  /// - Parameters:
  ///   - operands: of the micro-batch that begins with an image
  ///   - finish: what is to be done when that micro-batch has run
  mutating func emitPlan(
    _ group: FusedGroup, _ convolution: FusedConvolution, _ direction: Direction, reads: [Tensor], writes: [Tensor],
    weights: Tensor, operands: @escaping (Int) -> ConvolutionOperands, finish: @escaping (Int) -> Void = { _ in }
  ) {
    let assignment = convolution.assignment(direction)!
    let plan = assignment.plan!
    let phase = StepPhase(direction)
    var packed: Tensor?
    if plan.packedFilterBytes > 0 {
      let constant = assignment.request.filterIsConstant
      let tensor = Tensor(
        "\(convolution.name)/packed_filter", byteCount: plan.packedFilterBytes, constant ? .persistent : .transient)
      let preparation = Operation(
        convolution.name, phase, .weights, work: plan.preparationWork, reads: [weights], writes: [tensor]
      ) { _ in
        plan.prepare(filter: weights.floats, into: tensor.address)
      }
      if constant { preparations.append(preparation) } else { operations.append(preparation) }
      packed = tensor
    }
    let workspace = Tensor("\(convolution.name)/workspace", byteCount: max(plan.workspaceBytes, 64), .microBatch)
    emit(
      convolution.layer, phase, group.microBatch, as: nil, work: plan.work,
      reads: reads + [packed].compactMap(\.self),
      writes: writes + [workspace]
    ) { images in
      var operands = operands(images.lowerBound)
      operands.packedFilter = packed.map { UnsafeRawPointer($0.address) }
      plan.run(operands, workspace: workspace.address)
      finish(images.lowerBound)
    }
  }
}
