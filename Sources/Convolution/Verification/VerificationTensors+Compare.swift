import Tensors
import Terms

extension VerificationTensors {
  /// Compares one line of the result.
  /// - Parameter scratch: five lines of doubles
  func compare(_ line: Int, _ tally: inout ResultTally, scratch: UnsafeMutablePointer<Double>) {
    let (first, channels, isAtBorder) = (line * layout.channels, layout.channels, layout.isAtBorder(line))
    if argmax != nil { return comparePooled(line, &tally, isAtBorder, scratch) }
    reference.line(line, of: request.direction, epilogue: request.epilogue, into: scratch)
    for channel in 0..<channels {
      let index = first + channel
      let isMasked = reluMask.map { !($0.base[index] > 0) } ?? false
      tally.add(result.base[index], isMasked ? 0 : scratch[channel], at: index, isAtBorder: isAtBorder)
    }
  }

  /// Equals may take each other's place, and the window may be as good as closed: so the argmax is judged by the value
  /// that it names, before the ReLU, where a closed window's are negative.
  private func comparePooled(
    _ line: Int, _ tally: inout ResultTally, _ isAtBorder: Bool, _ window: UnsafeMutablePointer<Double>
  ) {
    let (shape, channels) = (request.problem.output, layout.channels)
    var epilogue = request.epilogue
    epilogue.activation = .none
    let (row, x) = line.quotientAndRemainder(dividingBy: layout.extents[2])
    let (image, y) = row.quotientAndRemainder(dividingBy: layout.extents[1])
    for corner in 0..<4 {
      let pixel = (image * shape.height + 2 * y + corner / 2) * shape.width + 2 * x + corner % 2
      reference.line(pixel, of: .forward, epilogue: epilogue, into: window + corner * channels)
    }
    for channel in 0..<channels {
      let index = line * channels + channel
      let values = (0..<4).map { window[$0 * channels + channel] }
      let expected = max(values.max()!, 0)
      tally.add(result.base[index], expected, at: index, isAtBorder: isAtBorder)
      let won = argmax![index]
      // One that was never written is found by itself.
      if won <= 4 { tally.add(won < 4 ? Float(values[Int(won)]) : 0, expected, at: index, isAtBorder: isAtBorder) }
    }
  }

  /// Distance of the written bias gradient from the sum of the output gradient in double.
  var biasGradientError: RelativeError {
    let channels = request.problem.outputChannels
    var sums = [Double](repeating: 0, count: channels)
    if let gradient {
      for index in 0..<request.problem.outputCount { sums[index % channels] += Double(gradient[index]) }
    }
    let terms = Double(request.problem.outputCount / channels)
    return RelativeError(of: Array(biasGradient.values), from: sums, deviation: terms.squareRoot())
  }
}
