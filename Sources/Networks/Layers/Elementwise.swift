import Convolution

extension ProgramBuilder {
  mutating func lowerAdd(_ group: FusedGroup, _ activation: Activation) {
    let index = group.first
    let (a, b, output) = (inputTensor(of: index, 0), inputTensor(of: index, 1), outputTensor(group))
    setOutput(output, of: group)
    emitSum(index, .forward, a, b, into: output, of: index, activation)
  }

  /// Both terms get the gradient of the sum, the same tensor.
  mutating func lowerAddGradient(_ index: Int, _ gradient: Gradient) {
    let sum = reluBackward(index, gradient)
    for source in layers[index].inputs {
      contribute(Gradient(tensor: sum.tensor, isShared: true), to: source, from: index)
    }
  }

  mutating func lowerActivation(_ group: FusedGroup, _ activation: Activation) {
    let index = group.first
    let (source, output) = (inputTensor(of: index), outputTensor(group))
    setOutput(output, of: group)
    let imageFloats = layers[index].output.count
    emit(index, .forward, .any, as: .activation, reads: [source], writes: [output]) { [context] images in
      nonisolated(unsafe) let (x, y) = (source.floats(of: images.lowerBound), output.floats(of: images.lowerBound))
      context.pool.split(images.count * imageFloats, grain: 1024) { range in
        context.kernels.activate(
          x + range.lowerBound, into: y + range.lowerBound, floor: activation.floor, ceiling: activation.ceiling,
          count: range.count)
      }
    }
  }

  mutating func lowerActivationGradient(_ index: Int, _ gradient: Gradient) {
    guard let below = layers[index].inputs[0] else { return }
    let masked = reluBackward(index, gradient)
    contribute(Gradient(tensor: masked.tensor, isShared: masked.isShared), to: below, from: index)
  }

  /// Multiplies the gradient by the derivative of the layer's activation, in place where nobody else holds it.
  mutating func reluBackward(_ index: Int, _ gradient: Gradient) -> Gradient {
    let activation = layers[index].activation
    guard activation != .none, !gradient.includesActivation else { return gradient }
    let output = outputs[index]!
    let dy = gradient.isShared ? gradientTensor(index) : gradient.tensor
    let source = gradient.tensor
    emit(index, .inputGradient, as: .reluBackward, reads: [source, output], writes: [dy]) { [context] in
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
}
