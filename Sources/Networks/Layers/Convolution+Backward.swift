import Convolution
import Tensors

extension ProgramBuilder {
  /// Emits the gradients of a convolution or fully connected layer: activation, bias, filter, input.
  mutating func lowerConvolutionGradients(_ group: FusedGroup, _ gradient: Gradient) {
    if let moments = group.moments { return lowerMomentGradients(group, moments, gradient) }
    let convolution = group.convolutions[0]
    let index = convolution.layer
    let source = filterInput(of: convolution)
    let weights = parameter("\(convolution.name)/weights")
    var argmax: Tensor?
    if case .argmax(let tensor) = saved[index] { argmax = tensor }
    // The argmax of a fused pool says where its ReLU is closed.
    let dy = argmax == nil ? reluBackward(index, gradient).tensor : gradient.tensor

    let biasGradient = gradients["\(convolution.name)/biases"]
    if convolution.biasGradient == .separate { lowerBiasGradient(index, dy, into: biasGradient!) }
    let fusedBiasGradient = convolution.biasGradient == .fused ? biasGradient : nil
    let filterGradient = gradients["\(convolution.name)/weights"]!
    // Each micro-batch but the first adds its part to those before it.
    let part =
      group.microBatch.images(of: batch) < batch
      ? scratch("\(convolution.name)/filter_gradient", floats: weights.count) : filterGradient
    emitPlan(
      group, convolution, .filterGradient,
      reads: [source, dy] + [argmax].compactMap(\.self),
      writes: [filterGradient, part] + [fusedBiasGradient].compactMap(\.self), weights: weights
    ) { image in
      var operands = ConvolutionOperands(
        input: source.floats(of: image), filter: (image == 0 ? filterGradient : part).floats,
        output: dy.floats(of: image))
      operands.argmax = argmax?.bytes
      operands.biasGradient = fusedBiasGradient?.floats
      return operands
    } finish: { [context] image in
      if image > 0 { context.add(part, to: filterGradient) }
    }
    lowerInputGradient(group, convolution, dy, argmax: argmax, source: source, weights: weights)
  }

  private mutating func lowerInputGradient(
    _ group: FusedGroup, _ convolution: FusedConvolution, _ dy: Tensor, argmax: Tensor?, source: Tensor,
    weights: Tensor
  ) {
    // Nobody asks for the gradient of the network's input.
    guard let below = layers[convolution.layer].inputs[0] else { return }
    let isMasked = convolution.masksInputGradient
    let dx = isMasked ? source : gradientTensor(below)
    emitPlan(
      group, convolution, .inputGradient,
      reads: [dy, weights] + [argmax].compactMap(\.self) + (isMasked ? [source] : []), writes: [dx], weights: weights
    ) { image in
      var operands = ConvolutionOperands(
        input: dx.floats(of: image), filter: weights.floats, output: dy.floats(of: image))
      operands.argmax = argmax?.bytes
      if isMasked { operands.reluMask = UnsafePointer(source.floats(of: image)) }
      return operands
    }
    contribute(Gradient(tensor: dx, includesActivation: isMasked), to: below, from: convolution.layer)
  }

  /// Sums over all pixels in a fixed number of parts, so that the result does not depend on the number of threads.
  mutating func lowerBiasGradient(_ index: Int, _ dy: Tensor, into result: Tensor) {
    let channels = layers[index].output.channels
    let sums = ColumnReduction(rows: dy.count / channels, of: 1, columns: channels)
    let partial = scratch("\(layers[index].name)/bias_partial", floats: sums.scratchFloats)
    emit(index, .filterGradient, as: .reduction, reads: [dy], writes: [result, partial]) { [context] in
      nonisolated(unsafe) let matrix = UnsafePointer(dy.floats)
      sums.run(0..<1, on: context.pool, scratch: partial.floats) { rows, part in
        context.kernels.columnSums(
          matrix + rows.lowerBound * channels, rows: rows.count, columns: channels, into: part)
      }
      context.kernels.columnSums(partial.floats, rows: sums.parts, columns: channels, into: result.floats)
    }
  }
}

extension ExecutionContext {
  /// sum += part.
  func add(_ part: Tensor, to sum: Tensor) {
    nonisolated(unsafe) let (sums, parts) = (sum.floats, part.floats)
    pool.split(sum.count, grain: 1024, as: .reduction) { range in
      let (sums, parts) = (sums + range.lowerBound, parts + range.lowerBound)
      kernels.add(sums, parts, into: sums, count: range.count)
    }
  }
}
