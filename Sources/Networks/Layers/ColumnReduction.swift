import Threads

/// A sum over the rows of a matrix, cut into parts that do not depend on the number of threads.
struct ColumnReduction {
  /// So much of the matrix is still in the cache when a part is read a second time.
  private static let partBytes = 256 << 10

  let rows: Int
  let columns: Int
  let parts: Int
  private let partRows: Int

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    partRows = max(Self.partBytes / (columns * MemoryLayout<Float>.stride), 64)
    parts = (rows + partRows - 1) / partRows
  }

  /// [parts, columns].
  var scratchFloats: Int { parts * columns }

  /// Calls `body(rows, part)` for every part, split among the workers.
  func run(
    on pool: ThreadPool, scratch: UnsafeMutablePointer<Float>,
    _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    nonisolated(unsafe) let scratch = scratch
    pool.split(parts) { share in
      for part in share {
        body(rows(of: part), scratch + part * columns)
      }
    }
  }

  func rows(of part: Int) -> Range<Int> { (part * partRows)..<min((part + 1) * partRows, rows) }
}
