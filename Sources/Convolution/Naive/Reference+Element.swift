import Terms

extension Reference {
  /// The reference value of element `index` of the tensor that `direction` writes, in that tensor's order. Forward:
  /// with the epilogue.
  func element(_ index: Int, of direction: Direction, epilogue: Epilogue) -> Double {
    switch direction {
    case .forward:
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: problem.outputChannels)
      let (row, x) = pixel.quotientAndRemainder(dividingBy: problem.output.width)
      let (image, y) = row.quotientAndRemainder(dividingBy: problem.output.height)
      var value = output(image: image, y: y, x: x, channel: channel)
      if epilogue.bias, let bias = operands.bias { value += Double(bias[channel]) }
      if epilogue.residual, let residual = operands.residual { value += Double(residual[index]) }
      return epilogue.activation.inDouble(value)
    case .inputGradient:
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: problem.input.channels)
      let (row, x) = pixel.quotientAndRemainder(dividingBy: problem.input.width)
      let (image, y) = row.quotientAndRemainder(dividingBy: problem.input.height)
      return inputGradient(image: image, y: y, x: x, channel: channel)
    case .filterGradient:
      let (row, k) = index.quotientAndRemainder(dividingBy: problem.outputChannels)
      let (tap, c) = row.quotientAndRemainder(dividingBy: problem.channelsPerGroup)
      let (r, s) = tap.quotientAndRemainder(dividingBy: problem.kernel.width)
      return filterGradient(r: r, s: s, channel: c, outputChannel: k)
    }
  }
}

extension Activation {
  func inDouble(_ value: Double) -> Double {
    switch self {
    case .none: value
    case .relu: max(value, 0)
    case .relu6: min(max(value, 0), 6)
    }
  }
}

extension ConvolutionProblem {
  /// Elements of the tensor that `direction` writes.
  package func resultCount(_ direction: Direction) -> Int {
    switch direction {
    case .forward: outputCount
    case .inputGradient: inputCount
    case .filterGradient: filterCount
    }
  }
}
