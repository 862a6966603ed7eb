import Tensors
import Threads

/// filter gradient = transposed columns(input) x output gradient, summed over tiles of rows.
///
/// Each worker owns rows of the filter gradient, hence columns of the column matrix, and gathers only those: nothing is
/// reduced across workers.
final class Im2colFilterGradient: ConvolutionPlan {
  let problem: ConvolutionProblem
  let pool: ThreadPool
  private let columns: Columns
  private let rowsPerTile: Int

  init(_ problem: ConvolutionProblem, pool: ThreadPool) {
    self.problem = problem
    self.pool = pool
    columns = Columns(problem)
    let rowBytes = columns.depth * MemoryLayout<Float>.stride
    rowsPerTile = min(columns.rows, max((32 << 20) / rowBytes, 1), 4096)
  }

  var columnDepth: Int { columns.depth }
  var algorithm: String { problem.isPointwise ? "sgemm" : "im2col + sgemm" }
  var workspaceBytes: Int {
    problem.isPointwise ? 0 : (rowsPerTile * columns.depth + 16 * pool.count) * MemoryLayout<Float>.stride
  }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let operands = operands
    nonisolated(unsafe) let workspace = workspace.assumingMemoryBound(to: Float.self)
    pool.run { worker in
      let depths = pool.share(of: columns.depth, grain: 16, worker: worker)
      guard !depths.isEmpty else { return }
      let tile = workspace + (rowsPerTile * depths.lowerBound + 16 * worker)
      for group in 0..<problem.groups { run(group, depths, operands, tile, worker) }
    }
  }

  private func run(
    _ group: Int, _ depths: Range<Int>, _ operands: ConvolutionOperands, _ tile: UnsafeMutablePointer<Float>,
    _ worker: Int
  ) {
    let input = operands.input + group * problem.channelsPerGroup
    let firstChannel = group * problem.outputChannelsPerGroup
    let result = operands.filter + (depths.lowerBound * problem.outputChannels + firstChannel)
    for first in stride(from: 0, to: columns.rows, by: rowsPerTile) {
      let rows = first..<min(first + rowsPerTile, columns.rows)
      var patches = Matrix(base: tile, stride: depths.count, transposed: true)
      if problem.isPointwise {
        patches.base = input + (first * problem.input.channels + depths.lowerBound)
        patches.stride = problem.input.channels
      } else {
        pool.phase(.columns, worker) { columns.gather(rows, depths: depths, from: input, into: tile) }
      }
      let gradient = Matrix(
        base: operands.output + (first * problem.outputChannels + firstChannel), stride: problem.outputChannels)
      pool.phase(.sgemm, worker) {
        multiply(
          patches, gradient, into: Matrix(base: result, stride: problem.outputChannels), rows: depths.count,
          columns: problem.outputChannelsPerGroup, depth: rows.count, accumulate: first > 0)
      }
    }
  }
}
