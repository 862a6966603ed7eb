import Tensors
import Threads

/// output = columns(input) x filter, group by group; the epilogue runs on each tile while it is in the cache.
final class Im2colForward: ConvolutionPlan {
  let problem: ConvolutionProblem
  let epilogue: Epilogue
  let pool: ThreadPool
  private let columns: Columns
  private let tiles: ColumnTiles

  init(_ problem: ConvolutionProblem, epilogue: Epilogue, pool: ThreadPool) {
    self.problem = problem
    self.epilogue = epilogue
    self.pool = pool
    columns = Columns(problem)
    tiles = ColumnTiles(
      rows: columns.rows, depth: columns.depth, outputs: problem.outputChannelsPerGroup,
      needsColumns: !problem.isPointwise, workers: pool.count)
  }

  var columnDepth: Int { columns.depth }
  var tileCount: Int { tiles.count }
  var algorithm: String { problem.isPointwise ? "sgemm" : "im2col + sgemm" }
  var workspaceBytes: Int { tiles.columnFloats(workers: pool.count) * MemoryLayout<Float>.stride }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let operands = operands
    for group in 0..<problem.groups { run(group, operands, workspace.assumingMemoryBound(to: Float.self)) }
  }

  private func run(_ group: Int, _ operands: ConvolutionOperands, _ workspace: UnsafeMutablePointer<Float>) {
    let input = operands.input + group * problem.channelsPerGroup
    let firstChannel = group * problem.outputChannelsPerGroup
    let outputStride = problem.outputChannels
    tiles.forEach(on: pool, workspace: workspace) { rows, tile in
      columns.gather(rows, depths: 0..<columns.depth, from: input, into: tile)
    } multiply: { rows, outputs, tile, worker in
      let patches =
        tiles.needsColumns
        ? Matrix(base: tile, stride: columns.depth)
        : Matrix(base: input + rows.lowerBound * problem.input.channels, stride: problem.input.channels)
      let channel = firstChannel + outputs.lowerBound
      let corner = operands.output + (rows.lowerBound * outputStride + channel)
      // The residual may be the output itself: BLAS then adds the product to it.
      let addsInPlace = epilogue.residual && operands.residual.map { $0 == UnsafePointer(operands.output) } ?? false
      pool.phase(.sgemm, worker) {
        multiply(
          patches, Matrix(base: operands.filter + channel, stride: outputStride),
          into: Matrix(base: corner, stride: outputStride), rows: rows.count, columns: outputs.count,
          depth: columns.depth, accumulate: addsInPlace)
      }
      var rest = epilogue
      rest.residual = epilogue.residual && !addsInPlace
      pool.phase(.epilogue, worker) {
        for row in 0..<rows.count {
          let offset = (rows.lowerBound + row) * outputStride + channel
          rest.apply(
            to: operands.output + offset, bias: operands.bias.map { $0 + channel },
            residual: operands.residual.map { $0 + offset }, count: outputs.count)
        }
      }
    }
  }
}
