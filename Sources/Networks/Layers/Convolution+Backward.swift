import Convolution
import Tensors

extension ProgramBuilder {
  /// Gradients of a convolution or fully connected layer: activation, bias, filter, input.
  mutating func lowerConvolutionGradients(_ index: Int, _ gradient: Gradient) throws(NetworkError) {
    let layer = layers[index]
    let problem = problem(index)
    let source = storedInput(of: index)
    let weights = parameter("\(layer.name)/weights")
    var argmax: Tensor?
    if case .argmax(let tensor) = saved[index] { argmax = tensor }
    let isPooled = argmax != nil
    // Closed windows carry the ReLU of a pooled convolution.
    let activated = isPooled ? gradient : reluBackward(index, gradient)
    let dy = activated.tensor

    let (filterBackend, filterRefusal) = try choice.assign(layer, problem, .filterGradient)
    var filterFusions: Fusions = isPooled ? .maxPool : []
    let biasGradient = gradients["\(layer.name)/biases"]
    if let biasGradient {
      if filterBackend.fusions(problem, .filterGradient).contains(.biasGradient) {
        filterFusions.insert(.biasGradient)
      } else {
        lowerBiasGradient(index, dy, into: biasGradient)
      }
    }
    let fusesBias = filterFusions.contains(.biasGradient)
    let filterGradient = gradients["\(layer.name)/weights"]!
    // A micro-batch of the batch adds its part to those before it.
    let part =
      microBatch(index) < batch ? scratch("\(layer.name)/filter_gradient", floats: weights.count) : filterGradient
    try emitPlan(
      index, ConvolutionRequest(problem, .filterGradient, fusions: filterFusions), filterBackend,
      refusal: filterRefusal,
      reads: [source, dy] + [argmax].compactMap(\.self),
      writes: [filterGradient, part] + (fusesBias ? [biasGradient!] : []), weights: weights
    ) { image in
      var operands = ConvolutionOperands(
        input: source.floats(of: image), filter: (image == 0 ? filterGradient : part).floats,
        output: dy.floats(of: image))
      operands.argmax = argmax?.bytes
      if fusesBias { operands.biasGradient = biasGradient!.floats }
      return operands
    } finish: { [context] image in
      if image == 0 { return }
      nonisolated(unsafe) let (sum, part) = (filterGradient.floats, part.floats)
      context.pool.split(filterGradient.count, grain: 1024) { range in
        let (sum, part) = (sum + range.lowerBound, part + range.lowerBound)
        context.kernels.add(sum, part, into: sum, count: range.count)
      }
    }

    guard wantsInputGradient(index) else { return }
    try lowerInputGradient(index, dy, argmax: argmax, source: source, weights: weights)
  }

  private mutating func lowerInputGradient(
    _ index: Int, _ dy: Tensor, argmax: Tensor?, source: Tensor, weights: Tensor
  ) throws(NetworkError) {
    let layer = layers[index]
    let problem = problem(index)
    let (backend, refusal) = try choice.assign(layer, problem, .inputGradient)
    var fusions: Fusions = argmax == nil ? [] : .maxPool
    let below = layer.inputs[0]!
    // Nothing reads the activation below after this layer's filter gradient, so its gradient may take its place.
    let fusesRelu =
      soleReader(of: below) == index && saved[below] == nil && layers[below].activation == .relu
      && layers[below].problem != nil && backend.fusions(problem, .inputGradient).contains(.reluBackward)
    if fusesRelu { fusions.insert(.reluBackward) }
    let dx = fusesRelu ? source : gradientTensor(below)
    try emitPlan(
      index, ConvolutionRequest(problem, .inputGradient, fusions: fusions), backend, refusal: refusal,
      reads: [dy, weights] + [argmax].compactMap(\.self) + (fusesRelu ? [source] : []), writes: [dx], weights: weights
    ) { image in
      var operands = ConvolutionOperands(
        input: dx.floats(of: image), filter: weights.floats, output: dy.floats(of: image))
      operands.argmax = argmax?.bytes
      if fusesRelu { operands.reluMask = UnsafePointer(source.floats(of: image)) }
      return operands
    }
    contribute(Gradient(tensor: dx, includesActivation: fusesRelu), to: below, from: index)
  }

  /// Multiplies the gradient by the derivative of the layer's activation, in place where nobody else holds it.
  private mutating func reluBackward(_ index: Int, _ gradient: Gradient) -> Gradient {
    let activation = layers[index].activation
    guard activation != .none, !gradient.includesActivation else { return gradient }
    let output = outputs[index]!
    let dy = gradient.isShared ? gradientTensor(index) : gradient.tensor
    let source = gradient.tensor
    emit(index, .inputGradient, reads: [source, output], writes: [dy]) { [context] in
      nonisolated(unsafe) let (source, values, destination) = (source.floats, output.floats, dy.floats)
      context.pool.split(output.count, grain: 1024) { range in
        if source != destination {
          (destination + range.lowerBound).update(from: source + range.lowerBound, count: range.count)
        }
        context.kernels.reluBackward(
          destination + range.lowerBound, activation: values + range.lowerBound, ceiling: activation.ceiling,
          count: range.count)
      }
    }
    return Gradient(tensor: dy, includesActivation: true)
  }

  /// Sums over all pixels in a fixed number of parts, so that the result does not depend on the number of threads.
  private mutating func lowerBiasGradient(_ index: Int, _ dy: Tensor, into result: Tensor) {
    let channels = layers[index].output.channels
    let sums = ColumnReduction(rows: dy.count / channels, of: 1, columns: channels)
    let partial = scratch("\(layers[index].name)/bias_partial", floats: sums.scratchFloats)
    emit(index, .filterGradient, reads: [dy], writes: [result, partial]) { [context] in
      nonisolated(unsafe) let matrix = UnsafePointer(dy.floats)
      sums.run(0..<1, on: context.pool, scratch: partial.floats) { rows, part in
        context.kernels.columnSums(
          matrix + rows.lowerBound * channels, rows: rows.count, columns: channels, into: part)
      }
      context.kernels.columnSums(partial.floats, rows: sums.parts, columns: channels, into: result.floats)
    }
  }
}
