import Kernels
import Tensors
import Threads

/// Means and covariances of a matrix's columns, from one pass over the matrix.
///
/// The rows are cut into parts that stay in a second-level cache. Each part is centred at its own means before its
/// products are summed, since E[x y] - E[x] E[y] would cancel; what the rounding of these means leaves of its sums is
/// taken into account. The parts are merged in double by the formula of Chan, Golub & LeVeque 1979. The parts follow from the matrix alone, so the result has the same bits on any number of
/// threads.
package struct ColumnCovariance: Sendable {
  package let rows: Int
  package let columns: Int
  private let pool: ThreadPool
  private let kernels: any KernelSet.Type
  private let partRows: Int
  private let units: Int

  /// Floats of a part, and of its copy in the kernel's order: 128 KiB each.
  private static let partFloats = 32 << 10

  package init(rows: Int, columns: Int, in context: ExecutionContext) {
    self.rows = rows
    self.columns = columns
    pool = context.pool
    kernels = context.kernels
    partRows = min(max(Self.partFloats / columns, 64), rows)
    units =
      EvenTiles(columns, limit: kernels.tileRows).count * columns.dividedRoundingUp(by: kernels.panelWidth)
  }

  private var parts: Int { rows.dividedRoundingUp(by: partRows) }

  // MARK: Workspace: [means in double], [part: means, sums of centred rows, products],
  // [worker: centred rows, packed rows, a tile's scratch, channel vectors]

  private var meanFloats: Int { columns.rounded(upTo: 16) }
  private var sumFloats: Int { columns.rounded(upTo: kernels.panelWidth).rounded(upTo: 16) }
  private var resultFloats: Int { meanFloats + sumFloats + (columns * columns).rounded(upTo: 16) }
  private var centredFloats: Int { (partRows * columns).rounded(upTo: 16) }
  private var packedFloats: Int { (partRows * columns.rounded(upTo: kernels.panelWidth)).rounded(upTo: 16) }
  private var workerFloats: Int { centredFloats + packedFloats + tileScratchFloats + 2 * meanFloats }

  package var workspaceBytes: Int {
    (2 * meanFloats + parts * resultFloats + pool.count * workerFloats) * MemoryLayout<Float>.stride
  }

  /// The multiplications, and the matrix once.
  package var work: PhaseWork { PhaseWork(flop: 2 * Double(rows * columns * columns), floats: rows * columns) }

  /// - Parameters:
  ///   - matrix: [rows, columns]
  ///   - mean: [columns]
  ///   - covariance: [columns, columns], the biased one
  package func run(
    _ matrix: UnsafePointer<Float>, mean: UnsafeMutablePointer<Float>, covariance: UnsafeMutablePointer<Float>,
    workspace: UnsafeMutableRawPointer
  ) {
    nonisolated(unsafe) let (matrix, mean, covariance) = (matrix, mean, covariance)
    nonisolated(unsafe) let means = workspace.assumingMemoryBound(to: Double.self)
    nonisolated(unsafe) let results = workspace.assumingMemoryBound(to: Float.self) + 2 * meanFloats
    pool.run { worker in
      let memory = results + (parts * resultFloats + worker * workerFloats)
      for part in pool.share(of: parts, worker: worker) { sum(part, of: matrix, into: results, memory: memory) }
    }
    for column in 0..<columns {
      means[column] = mergedMean(results, column)
      mean[column] = Float(means[column])
    }
    pool.split(columns) { range in
      for row in range {
        for column in 0..<columns {
          covariance[row * columns + column] = Float(mergedCovariance(results, row, column, means))
        }
      }
    }
  }

  private func rows(of part: Int) -> Range<Int> { part * partRows..<min((part + 1) * partRows, rows) }

  /// Means and products of one part's rows.
  private func sum(
    _ part: Int, of matrix: UnsafePointer<Float>, into results: UnsafeMutablePointer<Float>,
    memory: UnsafeMutablePointer<Float>
  ) {
    let rows = rows(of: part)
    let source = matrix + rows.lowerBound * columns
    let mean = results + part * resultFloats
    let (sums, products) = (mean + meanFloats, mean + (meanFloats + sumFloats))
    sums.update(repeating: 0, count: sumFloats)
    let centred = memory
    let packed = centred + centredFloats
    let scratch = packed + packedFloats
    let (one, shift) = (scratch + tileScratchFloats, scratch + (tileScratchFloats + meanFloats))
    kernels.averagePool(source, into: mean, pixels: rows.count, step: columns, channels: columns)
    for column in 0..<columns { (one[column], shift[column]) = (1, -mean[column]) }
    kernels.normalize(
      source, into: centred, rows: rows.count,
      ChannelNormalization(
        channels: columns, mean: mean, scale: one, shift: shift, floor: -.infinity, ceiling: .infinity))
    let panels = 0..<columns.dividedRoundingUp(by: kernels.panelWidth)
    kernels.packGradient(
      GradientPacking(
        source: centred, sourceStep: columns, pixels: rows.count, outputs: columns, panels: panels,
        destination: packed, summed: panels, sums: sums))
    let lines = LineShape(
      imageHeight: 1, kernelHeight: 1, stride: 1, top: 0, pixelStep: columns, width: rows.count)
    withUnsafePointer(to: UnsafePointer(centred)) { row in
      kernels.directGradient(
        DirectGradientShape(lines: lines, rowDepth: columns, outputs: columns, resultStep: columns),
        DirectGradientBlock(
          rows: ImageRows(row, first: 0), lines: 0..<1, gradient: packed, result: products, units: 0..<units,
          scratch: scratch))
    }
  }

  /// A column's mean in one part: where it was centred, and what remained.
  private func mean(_ results: UnsafePointer<Float>, _ part: Int, _ column: Int) -> Double {
    let result = results + (part * resultFloats + column)
    return Double(result[0]) + Double(result[meanFloats]) / Double(rows(of: part).count)
  }

  private func mergedMean(_ results: UnsafePointer<Float>, _ column: Int) -> Double {
    var sum = 0.0
    for part in 0..<parts { sum += Double(rows(of: part).count) * mean(results, part, column) }
    return sum / Double(rows)
  }

  private func mergedCovariance(
    _ results: UnsafePointer<Float>, _ row: Int, _ column: Int, _ means: UnsafePointer<Double>
  ) -> Double {
    var sum = 0.0
    for part in 0..<parts {
      let (result, count) = (results + part * resultFloats, Double(rows(of: part).count))
      let sums = result + meanFloats
      sum += Double(sums[sumFloats + row * columns + column]) - Double(sums[row]) * Double(sums[column]) / count
      sum += count * (mean(results, part, row) - means[row]) * (mean(results, part, column) - means[column])
    }
    return sum / Double(rows)
  }
}
