import Convolution
import Tensors

extension ProgramBuilder {
  /// Emits the gradients of a 1x1 convolution and the batch norm that is folded into it: the gradient of the norm's
  /// output goes through the two products of any convolution, and matrices of the filter's size do the rest.
  mutating func lowerMomentGradients(_ group: FusedGroup, _ moments: PointwiseMoments, _ gradient: Gradient) {
    guard case .moments(let state) = saved[group.first] else { return }
    let convolution = group.convolutions[0]
    let g = emitActivationGradient(group, gradient)
    let sums = MomentGradients(convolution.name, channels: moments.channels, outputs: moments.outputs)
    emitRawGradients(group, g, state, into: sums)
    let below = layers[convolution.layer].inputs[0]
    let dx = below.map { gradientTensor($0) }
    if let dx {
      emitPlan(group, convolution, .inputGradient, reads: [g, state.folded], writes: [dx], weights: state.folded) {
        ConvolutionOperands(input: dx.floats(of: $0), filter: state.folded.floats, output: g.floats(of: $0))
      }
    }
    emitMomentGradients(group, moments, state, sums)
    guard let below, let dx else { return }
    emitCorrection(group, moments, sums, dx)
    contribute(Gradient(tensor: dx), to: below, from: convolution.layer)
  }

  /// The gradient times the derivative of the activation, in place where nobody else holds it.
  private mutating func emitActivationGradient(_ group: FusedGroup, _ gradient: Gradient) -> Tensor {
    let (index, source) = (group.first, gradient.tensor)
    let activation = group.convolutions[0].activation
    guard activation != .none else { return source }
    let output = outputs[group.last]!
    let g = gradient.isShared ? gradientTensor(group.last) : source
    let count = layers[group.last].output.count
    emit(index, .inputGradient, .any, as: .reluBackward, reads: [source, output], writes: [g]) { [context] images in
      let first = images.lowerBound
      nonisolated(unsafe) let (source, y, g) = (source.floats(of: first), output.floats(of: first), g.floats(of: first))
      context.pool.split(images.count * count, grain: 1024) { range in
        let start = range.lowerBound
        if source != g { (g + start).update(from: source + start, count: range.count) }
        context.kernels.reluBackward(
          g + start, activation: y + start, ceiling: activation.ceiling, count: range.count)
      }
    }
    return g
  }

  /// x' g and the sums of g, micro-batch by micro-batch.
  private mutating func emitRawGradients(
    _ group: FusedGroup, _ g: Tensor, _ state: MomentState, into sums: MomentGradients
  ) {
    let convolution = group.convolutions[0]
    let source = inputTensor(of: group.first)
    // Each micro-batch but the first adds its part to those before it.
    let parts =
      group.microBatch.images(of: batch) < batch
      ? MomentGradients("\(convolution.name)/part", channels: state.channels, outputs: state.outputs) : sums
    let sumsBias = convolution.biasGradient == .fused
    emitPlan(
      group, convolution, .filterGradient, reads: [source, g],
      writes: [sums.filter, parts.filter] + (sumsBias ? [sums.bias, parts.bias] : []), weights: state.folded
    ) { image in
      let target = image == 0 ? sums : parts
      var operands = ConvolutionOperands(
        input: source.floats(of: image), filter: target.filter.floats, output: g.floats(of: image))
      if sumsBias { operands.biasGradient = target.bias.floats }
      return operands
    } finish: { [context] image in
      if image == 0 { return }
      context.add(parts.filter, to: sums.filter)
      if sumsBias { context.add(parts.bias, to: sums.bias) }
    }
    if !sumsBias { lowerBiasGradient(group.first, g, into: sums.bias) }
  }

  /// The gradients of filter, gamma and beta, and what the norm adds to the input gradient.
  mutating func emitMomentGradients(
    _ group: FusedGroup, _ moments: PointwiseMoments, _ state: MomentState, _ sums: MomentGradients
  ) {
    let convolution = group.convolutions[0]
    let (name, prefix) = (convolution.name, convolution.normalization!)
    let weights = parameter("\(name)/weights")
    let results = ["\(name)/weights", "\(prefix)/gamma", "\(prefix)/beta"].map { gradients[$0]! }
    let workspace = Tensor("\(name)/workspace", byteCount: moments.workspaceBytes, .transient)
    emit(
      group.name, .filterGradient, .batch, as: .statistics,
      reads: [weights, sums.filter, sums.bias, state.mean] + state.written,
      writes: results + sums.correction + [workspace]
    ) { [context] _ in
      context.pool.split(state.outputs, grain: MomentState.grain) { range in
        for output in range {
          sums.differentiate(
            output, state, rows: moments.rows, weights: weights.floats, dWeights: results[0].floats,
            dGamma: results[1].floats, dBeta: results[2].floats)
        }
      }
      moments.multiply(
        sums.scaled.floats, transposed: weights.floats, into: sums.curvature.floats, workspace: workspace.address)
      context.pool.split(state.channels) { range in
        for channel in range { sums.setOffset(channel, state, rows: moments.rows) }
      }
    }
  }

  /// dx += x M + b.
  mutating func emitCorrection(
    _ group: FusedGroup, _ moments: PointwiseMoments, _ sums: MomentGradients, _ dx: Tensor
  ) {
    let plan = moments.correction
    let source = inputTensor(of: group.first)
    let name = group.convolutions[0].name
    let packed = Tensor("\(name)/packed_filter", byteCount: max(plan.packedFilterBytes, 64), .transient)
    let workspace = Tensor("\(name)/workspace", byteCount: max(plan.workspaceBytes, 64), .microBatch)
    emit(group.name, .inputGradient, .batch, as: .packing, reads: [sums.curvature], writes: [packed]) { _ in
      plan.prepare(filter: sums.curvature.floats, into: packed.address)
    }
    emit(
      group.name, .inputGradient, group.microBatch, as: nil, work: plan.work,
      reads: [source, dx, sums.curvature, sums.offset, packed], writes: [dx, workspace]
    ) { images in
      let result = dx.floats(of: images.lowerBound)
      var operands = ConvolutionOperands(
        input: source.floats(of: images.lowerBound), filter: sums.curvature.floats, output: result)
      operands.packedFilter = UnsafeRawPointer(packed.address)
      operands.bias = UnsafePointer(sums.offset.floats)
      operands.residual = UnsafePointer(result)
      plan.run(operands, workspace: workspace.address)
    }
  }
}

/// What the backward pass of a folded batch norm sums up, and what it makes of the sums.
struct MomentGradients {
  /// [channels, outputs]: R = x' g.
  let filter: Tensor
  /// [outputs]: the sum of g.
  let bias: Tensor
  /// [channels, outputs]: -W s dgamma / (n deviation).
  let scaled: Tensor
  /// [channels, channels]: M, the product of that with W'.
  let curvature: Tensor
  /// [channels]: b.
  let offset: Tensor

  init(_ name: String, channels: Int, outputs: Int) {
    func tensor(_ suffix: String, _ count: Int) -> Tensor { Tensor("\(name)/\(suffix)", count: count, .transient) }
    filter = tensor("raw_filter_gradient", channels * outputs)
    bias = tensor("gradient_sums", outputs)
    scaled = tensor("scaled_weights", channels * outputs)
    curvature = tensor("curvature", channels * channels)
    offset = tensor("gradient_offset", channels)
  }

  var correction: [Tensor] { [scaled, curvature, offset] }

  /// The gradients of one output's parameters.
  func differentiate(
    _ output: Int, _ state: MomentState, rows: Int, weights: UnsafePointer<Float>,
    dWeights: UnsafeMutablePointer<Float>, dGamma: UnsafeMutablePointer<Float>, dBeta: UnsafeMutablePointer<Float>
  ) {
    let (channels, outputs) = (state.channels, state.outputs)
    let sum = Double(bias.floats[output])
    let (inverse, scale) = (Double(state.inverseDeviation.floats[output]), Double(state.scale.floats[output]))
    var product = 0.0
    for index in stride(from: output, to: channels * outputs, by: outputs) {
      product += Double(weights[index]) * Double(filter.floats[index])
    }
    let normalized = inverse * (product - Double(state.outputMean.floats[output]) * sum)
    (dGamma[output], dBeta[output]) = (Float(normalized), Float(sum))
    let slope = inverse * normalized
    for channel in 0..<channels {
      let index = channel * outputs + output
      dWeights[index] = Float(
        scale
          * (Double(filter.floats[index]) - Double(state.mean.floats[channel]) * sum
            - Double(state.product.floats[index]) * slope))
      scaled.floats[index] = Float(-Double(weights[index]) * scale * slope / Double(rows))
    }
  }

  /// One element of b, from M as it is rounded, so that it cancels the mean of x M.
  func setOffset(_ channel: Int, _ state: MomentState, rows: Int) {
    let (channels, outputs) = (state.channels, state.outputs)
    var (mean, gradient) = (0.0, 0.0)
    for other in 0..<channels {
      mean += Double(state.mean.floats[other]) * Double(curvature.floats[other * channels + channel])
    }
    let row = state.folded.floats + channel * outputs
    for output in 0..<outputs { gradient += Double(row[output]) * Double(bias.floats[output]) }
    offset.floats[channel] = Float(-mean - gradient / Double(rows))
  }
}
