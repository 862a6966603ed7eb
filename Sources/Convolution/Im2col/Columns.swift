/// Writes tiles of the column matrix: one row for each output pixel, holding the input patch it sees.
///
/// A row is [kernel height][kernel width][channels of one group]; taps outside the image are zero.
struct Columns {
  let problem: ConvolutionProblem
  /// Channels from one pixel to the next.
  let pixelStride: Int
  /// Channels that a tap contributes.
  let channels: Int

  init(_ problem: ConvolutionProblem) {
    self.problem = problem
    pixelStride = problem.input.channels
    channels = problem.channelsPerGroup
  }

  /// Floats in a row.
  var depth: Int { problem.kernel.height * problem.kernel.width * channels }
  /// Rows in all.
  var rows: Int { problem.batch * problem.output.height * problem.output.width }

  /// Gathers columns `depths` of `rows` of the matrix; `input` points at the group's first channel.
  func gather(
    _ rows: Range<Int>, depths: Range<Int>, from input: UnsafePointer<Float>, into columns: UnsafeMutablePointer<Float>
  ) {
    let shape = problem.input
    let output = problem.output
    var destination = columns
    for row in rows {
      let (line, x) = row.quotientAndRemainder(dividingBy: output.width)
      let (image, y) = line.quotientAndRemainder(dividingBy: output.height)
      var depth = depths.lowerBound
      while depth < depths.upperBound {
        let (tap, channel) = depth.quotientAndRemainder(dividingBy: channels)
        let (r, s) = tap.quotientAndRemainder(dividingBy: problem.kernel.width)
        let count = min(channels - channel, depths.upperBound - depth)
        let inputY = y * problem.stride.height + r * problem.dilation.height - problem.padding.top
        let inputX = x * problem.stride.width + s * problem.dilation.width - problem.padding.left
        if inputY >= 0, inputY < shape.height, inputX >= 0, inputX < shape.width {
          let pixel = (image * shape.height + inputY) * shape.width + inputX
          destination.update(from: input + (pixel * pixelStride + channel), count: count)
        } else {
          destination.update(repeating: 0, count: count)
        }
        destination += count
        depth += count
      }
    }
  }
}
