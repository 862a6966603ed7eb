/// The three directions of a convolution by their definition, one element at a time, accumulated in double.
///
/// Everything else is measured against this. It is never optimised. Source: the sum that defines the operation,
/// output[n, y, x, k] = sum over r, s, c of input[n, y u + r d - top, x v + s e - left, c] * filter[r, s, c, k], with the
/// letters of the problem's text.
struct Reference {
  let problem: ConvolutionProblem
  let operands: ConvolutionOperands

  /// One element of the output, before the epilogue.
  func output(image: Int, y: Int, x: Int, channel k: Int) -> Double {
    let firstChannel = k / problem.outputChannelsPerGroup * problem.channelsPerGroup
    var sum = 0.0
    for r in 0..<problem.kernel.height {
      for s in 0..<problem.kernel.width {
        let inputY = y * problem.stride.height + r * problem.dilation.height - problem.padding.top
        let inputX = x * problem.stride.width + s * problem.dilation.width - problem.padding.left
        guard isInside(inputY, inputX) else { continue }
        for c in 0..<problem.channelsPerGroup {
          sum += input(image, inputY, inputX, firstChannel + c) * filter(r, s, c, k)
        }
      }
    }
    return sum
  }

  /// One element of the input gradient: every output that this pixel went into sends its gradient back.
  func inputGradient(image: Int, y: Int, x: Int, channel: Int) -> Double {
    let group = channel / problem.channelsPerGroup
    let c = channel % problem.channelsPerGroup
    let outputChannels = (group * problem.outputChannelsPerGroup)..<((group + 1) * problem.outputChannelsPerGroup)
    var sum = 0.0
    for r in 0..<problem.kernel.height {
      for s in 0..<problem.kernel.width {
        let (outputY, restY) = (y + problem.padding.top - r * problem.dilation.height)
          .quotientAndRemainder(dividingBy: problem.stride.height)
        let (outputX, restX) = (x + problem.padding.left - s * problem.dilation.width)
          .quotientAndRemainder(dividingBy: problem.stride.width)
        guard restY == 0, restX == 0, (0..<problem.output.height).contains(outputY),
          (0..<problem.output.width).contains(outputX)
        else { continue }
        for k in outputChannels { sum += output(image, outputY, outputX, k) * filter(r, s, c, k) }
      }
    }
    return sum
  }

  /// One element of the filter gradient: the sum over all images and positions that the tap has seen.
  func filterGradient(r: Int, s: Int, channel c: Int, outputChannel k: Int) -> Double {
    let inputChannel = k / problem.outputChannelsPerGroup * problem.channelsPerGroup + c
    var sum = 0.0
    for image in 0..<problem.batch {
      for y in 0..<problem.output.height {
        for x in 0..<problem.output.width {
          let inputY = y * problem.stride.height + r * problem.dilation.height - problem.padding.top
          let inputX = x * problem.stride.width + s * problem.dilation.width - problem.padding.left
          guard isInside(inputY, inputX) else { continue }
          sum += input(image, inputY, inputX, inputChannel) * output(image, y, x, k)
        }
      }
    }
    return sum
  }

  // MARK: Indexing

  private func isInside(_ y: Int, _ x: Int) -> Bool {
    y >= 0 && y < problem.input.height && x >= 0 && x < problem.input.width
  }
  private func input(_ n: Int, _ y: Int, _ x: Int, _ c: Int) -> Double {
    let shape = problem.input
    return Double(operands.input[((n * shape.height + y) * shape.width + x) * shape.channels + c])
  }
  private func filter(_ r: Int, _ s: Int, _ c: Int, _ k: Int) -> Double {
    let row = (r * problem.kernel.width + s) * problem.channelsPerGroup + c
    return Double(operands.filter[row * problem.outputChannels + k])
  }
  private func output(_ n: Int, _ y: Int, _ x: Int, _ k: Int) -> Double {
    let shape = problem.output
    return Double(operands.output[((n * shape.height + y) * shape.width + x) * shape.channels + k])
  }
}
