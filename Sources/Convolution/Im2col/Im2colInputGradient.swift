import Tensors
import Threads

/// input gradient = columns(output gradient) x transposed filter.
///
/// The transpose of a convolution, gathered: row (n, y, x) of the columns holds, for every tap, the gradient of the
/// output that this pixel went into through it, or zero. No two workers write the same pixel, unlike with col2im. With
/// a stride of u x v only one tap in u v is not zero.
final class Im2colInputGradient: ConvolutionPlan {
  let problem: ConvolutionProblem
  let pool: ThreadPool
  private let tiles: ColumnTiles
  let depth: Int
  var tileCount: Int { tiles.count }
  private var taps: Int { problem.kernel.height * problem.kernel.width }

  init(_ problem: ConvolutionProblem, pool: ThreadPool) {
    self.problem = problem
    self.pool = pool
    depth = problem.kernel.height * problem.kernel.width * problem.outputChannelsPerGroup
    tiles = ColumnTiles(
      rows: problem.batch * problem.input.height * problem.input.width, depth: depth,
      outputs: problem.channelsPerGroup, needsColumns: !problem.isPointwise, workers: pool.count)
  }

  var algorithm: String { problem.isPointwise ? "sgemm" : "im2col + sgemm" }
  var workspaceBytes: Int { tiles.columnFloats(workers: pool.count) * MemoryLayout<Float>.stride }
  /// A pointwise filter is one matrix, which BLAS transposes itself.
  var packedFilterBytes: Int { problem.isPointwise ? 0 : problem.filterCount * MemoryLayout<Float>.stride }

  /// [kernel height, kernel width, channels / groups, output channels] to [group, tap, output channel, channel].
  func prepare(filter: UnsafePointer<Float>, into packed: UnsafeMutableRawPointer) {
    guard !problem.isPointwise else { return }
    nonisolated(unsafe) let transposed = packed.assumingMemoryBound(to: Float.self)
    nonisolated(unsafe) let filter = filter
    let (channels, outputs) = (problem.channelsPerGroup, problem.outputChannelsPerGroup)
    pool.split(problem.groups * taps, as: .packing) { range in
      for index in range {
        let (group, tap) = index.quotientAndRemainder(dividingBy: taps)
        let source = filter + (tap * channels * problem.outputChannels + group * outputs)
        let destination = transposed + index * outputs * channels
        for c in 0..<channels {
          for k in 0..<outputs { destination[k * channels + c] = source[c * problem.outputChannels + k] }
        }
      }
    }
  }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let operands = operands
    for group in 0..<problem.groups { run(group, operands, workspace.assumingMemoryBound(to: Float.self)) }
  }

  private func run(_ group: Int, _ operands: ConvolutionOperands, _ workspace: UnsafeMutablePointer<Float>) {
    let gradient = operands.output + group * problem.outputChannelsPerGroup
    let inputStride = problem.input.channels
    let filter =
      problem.isPointwise
      ? Matrix(
        base: operands.filter + group * problem.outputChannelsPerGroup, stride: problem.outputChannels, transposed: true
      )
      : Matrix(
        base: UnsafeMutableRawPointer(mutating: operands.packedFilter!).assumingMemoryBound(to: Float.self)
          + group * depth * problem.channelsPerGroup, stride: problem.channelsPerGroup)
    tiles.forEach(on: pool, workspace: workspace) { rows, tile in
      gather(rows, from: gradient, into: tile)
    } multiply: { rows, channels, tile, worker in
      let patches =
        tiles.needsColumns
        ? Matrix(base: tile, stride: depth)
        : Matrix(base: gradient + rows.lowerBound * problem.outputChannels, stride: problem.outputChannels)
      var slice = filter
      slice.base += channels.lowerBound * (filter.transposed ? filter.stride : 1)
      let firstChannel = group * problem.channelsPerGroup + channels.lowerBound
      pool.phase(.sgemm, worker) {
        multiply(
          patches, slice,
          into: Matrix(base: operands.input + (rows.lowerBound * inputStride + firstChannel), stride: inputStride),
          rows: rows.count, columns: channels.count, depth: depth)
      }
    }
  }

  /// Rows of [tap][output channels of the group].
  private func gather(_ rows: Range<Int>, from gradient: UnsafePointer<Float>, into tile: UnsafeMutablePointer<Float>) {
    let output = problem.output
    let channels = problem.outputChannelsPerGroup
    var destination = tile
    for row in rows {
      let (line, x) = row.quotientAndRemainder(dividingBy: problem.input.width)
      let (image, y) = line.quotientAndRemainder(dividingBy: problem.input.height)
      for r in 0..<problem.kernel.height {
        let (outputY, restY) = (y + problem.padding.top - r * problem.dilation.height)
          .quotientAndRemainder(dividingBy: problem.stride.height)
        let hasRow = restY == 0 && outputY >= 0 && outputY < output.height
        for s in 0..<problem.kernel.width {
          let (outputX, restX) = (x + problem.padding.left - s * problem.dilation.width)
            .quotientAndRemainder(dividingBy: problem.stride.width)
          if hasRow, restX == 0, outputX >= 0, outputX < output.width {
            let pixel = (image * output.height + outputY) * output.width + outputX
            destination.update(from: gradient + pixel * problem.outputChannels, count: channels)
          } else {
            destination.update(repeating: 0, count: channels)
          }
          destination += channels
        }
      }
    }
  }
}
