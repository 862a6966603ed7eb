import Tensors
import Terms

/// Lines of a result: all channels of a pixel, or of a filter's tap and input channel. The reference of a whole line
/// takes a sixth of the time that its elements take one by one, so that more of a result can be compared.
///
/// Every sum has the terms of `Reference.element`, in double; only their order may differ.
extension Reference {
  /// Elements of a line of the tensor that `direction` writes.
  func lineLength(_ direction: Direction) -> Int {
    direction == .inputGradient ? problem.input.channels : problem.outputChannels
  }

  func line(_ line: Int, of direction: Direction, epilogue: Epilogue, into sums: UnsafeMutablePointer<Double>) {
    sums.update(repeating: 0, count: lineLength(direction))
    switch direction {
    case .forward:
      let (row, x) = line.quotientAndRemainder(dividingBy: problem.output.width)
      let (image, y) = row.quotientAndRemainder(dividingBy: problem.output.height)
      outputPixel(image, y, x, into: sums)
      finish(line, epilogue, sums)
    case .inputGradient:
      let (row, x) = line.quotientAndRemainder(dividingBy: problem.input.width)
      let (image, y) = row.quotientAndRemainder(dividingBy: problem.input.height)
      inputGradientPixel(image, y, x, into: sums)
    case .filterGradient:
      let (tap, c) = line.quotientAndRemainder(dividingBy: problem.channelsPerGroup)
      let (r, s) = tap.quotientAndRemainder(dividingBy: problem.kernel.width)
      filterGradientLine(r, s, c, into: sums)
    }
  }

  private func finish(_ pixel: Int, _ epilogue: Epilogue, _ sums: UnsafeMutablePointer<Double>) {
    let channels = problem.outputChannels
    for k in 0..<channels {
      if epilogue.bias, let bias = operands.bias { sums[k] += Double(bias[k]) }
      if epilogue.residual, let residual = operands.residual { sums[k] += Double(residual[pixel * channels + k]) }
      sums[k] = epilogue.activation.inDouble(sums[k])
    }
  }

  private func outputPixel(_ image: Int, _ y: Int, _ x: Int, into sums: UnsafeMutablePointer<Double>) {
    let (input, outputs) = (problem.input, problem.outputChannelsPerGroup)
    let (top, left) = (y * problem.stride.height - problem.padding.top, x * problem.stride.width - problem.padding.left)
    for r in taps(problem.kernel.height, problem.dilation.height, from: top, input.height) {
      for s in taps(problem.kernel.width, problem.dilation.width, from: left, input.width) {
        let (row, column) = (top + r * problem.dilation.height, left + s * problem.dilation.width)
        let pixel = operands.input + ((image * input.height + row) * input.width + column) * input.channels
        let filter =
          operands.filter + (r * problem.kernel.width + s) * problem.channelsPerGroup * problem.outputChannels
        for group in 0..<problem.groups {
          for c in 0..<problem.channelsPerGroup {
            let value = Double(pixel[group * problem.channelsPerGroup + c])
            add(value, filter + (c * problem.outputChannels + group * outputs), sums + group * outputs, outputs)
          }
        }
      }
    }
  }

  private func inputGradientPixel(_ image: Int, _ y: Int, _ x: Int, into sums: UnsafeMutablePointer<Double>) {
    let (output, outputs) = (problem.output, problem.outputChannelsPerGroup)
    for r in 0..<problem.kernel.height {
      let (outputY, restY) = (y + problem.padding.top - r * problem.dilation.height)
        .quotientAndRemainder(dividingBy: problem.stride.height)
      guard restY == 0, outputY >= 0, outputY < output.height else { continue }
      for s in 0..<problem.kernel.width {
        let (outputX, restX) = (x + problem.padding.left - s * problem.dilation.width)
          .quotientAndRemainder(dividingBy: problem.stride.width)
        guard restX == 0, outputX >= 0, outputX < output.width else { continue }
        let pixel = operands.output + ((image * output.height + outputY) * output.width + outputX) * output.channels
        let filter =
          operands.filter + (r * problem.kernel.width + s) * problem.channelsPerGroup * problem.outputChannels
        for group in 0..<problem.groups {
          for c in 0..<problem.channelsPerGroup {
            sums[group * problem.channelsPerGroup + c] += dot(
              pixel + group * outputs, filter + (c * problem.outputChannels + group * outputs), outputs)
          }
        }
      }
    }
  }

  private func filterGradientLine(_ r: Int, _ s: Int, _ c: Int, into sums: UnsafeMutablePointer<Double>) {
    let (input, output, outputs) = (problem.input, problem.output, problem.outputChannelsPerGroup)
    for row in 0..<problem.batch * output.height {
      let (image, y) = row.quotientAndRemainder(dividingBy: output.height)
      let inputY = y * problem.stride.height + r * problem.dilation.height - problem.padding.top
      guard inputY >= 0, inputY < input.height else { continue }
      for x in 0..<output.width {
        let inputX = x * problem.stride.width + s * problem.dilation.width - problem.padding.left
        guard inputX >= 0, inputX < input.width else { continue }
        let pixel = operands.input + ((image * input.height + inputY) * input.width + inputX) * input.channels
        let gradient = operands.output + (row * output.width + x) * output.channels
        for group in 0..<problem.groups {
          let value = Double(pixel[group * problem.channelsPerGroup + c])
          add(value, gradient + group * outputs, sums + group * outputs, outputs)
        }
      }
    }
  }

  /// The taps that lie inside the image, the first of them all at `position`.
  private func taps(_ kernel: Int, _ dilation: Int, from position: Int, _ size: Int) -> Range<Int> {
    let first = max(0, -position).dividedRoundingUp(by: dilation)
    return first..<max(first, min(kernel, max(0, size - position).dividedRoundingUp(by: dilation)))
  }

  @inline(__always)
  private func add(_ value: Double, _ row: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Double>, _ count: Int) {
    for k in 0..<count { sums[k] += value * Double(row[k]) }
  }

  @inline(__always)
  private func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
    var lanes = SIMD4<Double>()
    let whole = count & ~3
    for k in stride(from: 0, to: whole, by: 4) {
      let (x, y) = (load(a + k), load(b + k))
      lanes += SIMD4<Double>(x) * SIMD4<Double>(y)
    }
    var sum = lanes.sum()
    for k in whole..<count { sum += Double(a[k]) * Double(b[k]) }
    return sum
  }

  @inline(__always)
  private func load(_ pointer: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Float>.self)
  }
}
