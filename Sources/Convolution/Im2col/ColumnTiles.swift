import Kernels
import Tensors
import Threads

/// How a product of [rows, depth] x [depth, outputs] is cut into calls of sgemm.
///
/// Many rows: each worker gathers and multiplies row tiles of its own, which stay in its cache. Few rows: all columns
/// are gathered once, then the outputs are cut. The cut is the same for one to three workers, hence the result; tiles
/// of more would not fit the workspace together, so they are smaller, and sums may be rounded otherwise.
struct ColumnTiles {
  /// The columns of all workers together take at most 64 MiB, less the room for alignment.
  static let workspaceLimit = 63 << 20
  private static let fewRows = 1024

  let rows: Int
  let depth: Int
  let outputs: Int
  let needsColumns: Bool
  let cutsOutputs: Bool
  let rowsPerTile: Int
  let outputsPerTile: Int

  init(rows: Int, depth: Int, outputs: Int, needsColumns: Bool, workers: Int) {
    self.rows = rows
    self.depth = depth
    self.outputs = outputs
    self.needsColumns = needsColumns
    let rowBytes = depth * MemoryLayout<Float>.stride
    cutsOutputs = rows <= Self.fewRows && rows * rowBytes <= Self.workspaceLimit && outputs > 16
    // 16 MiB: enough rows that packing the filter anew for every tile costs little.
    let tileBytes = needsColumns ? min(16 << 20, Self.workspaceLimit / workers) : 16 << 20
    let fitting = max(tileBytes / rowBytes, 1)
    let tiles = max(rows.dividedRoundingUp(by: fitting), min(rows / 128, 16), 1)
    rowsPerTile = cutsOutputs ? rows : min(rows.dividedRoundingUp(by: tiles), fitting)
    outputsPerTile = cutsOutputs ? max(outputs.dividedRoundingUp(by: 16), 16).rounded(upTo: 16) : outputs
  }

  /// Tiles of rows.
  var count: Int { rows.dividedRoundingUp(by: rowsPerTile) }

  /// Floats of column workspace.
  func columnFloats(workers: Int) -> Int {
    guard needsColumns else { return 0 }
    return rowsPerTile * depth * (cutsOutputs ? 1 : workers)
  }

  /// Calls `gather(rows, columns)` and `multiply(rows, outputs, columns, worker)` for every tile, split among the
  /// workers.
  func forEach(
    on pool: ThreadPool, workspace: UnsafeMutablePointer<Float>,
    gather: (Range<Int>, UnsafeMutablePointer<Float>) -> Void,
    multiply: (Range<Int>, Range<Int>, UnsafeMutablePointer<Float>, _ worker: Int) -> Void
  ) {
    nonisolated(unsafe) let workspace = workspace
    if cutsOutputs {
      if needsColumns { pool.split(rows, as: .columns) { gather($0, workspace + $0.lowerBound * depth) } }
      pool.splitAmongWorkers(outputs, grain: outputsPerTile) { worker, share in
        for first in stride(from: share.lowerBound, to: share.upperBound, by: outputsPerTile) {
          multiply(0..<rows, first..<min(first + outputsPerTile, share.upperBound), workspace, worker)
        }
      }
    } else {
      pool.run { worker in
        let columns = workspace + (needsColumns ? worker * rowsPerTile * depth : 0)
        let share = pool.share(of: rows, grain: rowsPerTile, worker: worker)
        for first in stride(from: share.lowerBound, to: share.upperBound, by: rowsPerTile) {
          let tile = first..<min(first + rowsPerTile, share.upperBound)
          if needsColumns { pool.phase(.columns, worker) { gather(tile, columns) } }
          multiply(tile, 0..<outputs, columns, worker)
        }
      }
    }
  }
}
