import Kernels
import Tensors
import Threads

/// Means and covariances of a matrix's columns, from one pass over the matrix.
///
/// The rows are cut into parts that stay in a second-level cache. Each part is centred at its own means before its
/// products are summed, since E[x y] - E[x] E[y] would cancel; what the rounding of these means leaves of its sums is
/// taken into account. The parts are merged in double by the formula of Chan, Golub & LeVeque 1979. They follow from the
/// matrix alone, so the result has the same bits on any number of threads.
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

  // MARK: Workspace: [means in double], [part: residues and shifts in double], [part: means, sums of centred rows,
  // products], [worker: centred rows, packed rows, a tile's scratch, channel vectors]

  private var meanFloats: Int { columns.rounded(upTo: 16) }
  private var mergeFloats: Int { 2 * meanFloats * (1 + 2 * parts) }
  private var sumFloats: Int { columns.rounded(upTo: kernels.panelWidth).rounded(upTo: 16) }
  private var resultFloats: Int { meanFloats + sumFloats + (columns * columns).rounded(upTo: 16) }
  private var centredFloats: Int { (partRows * columns).rounded(upTo: 16) }
  private var packedFloats: Int { (partRows * columns.rounded(upTo: kernels.panelWidth)).rounded(upTo: 16) }
  private var workerFloats: Int { centredFloats + packedFloats + tileScratchFloats + 2 * meanFloats }

  package var workspaceBytes: Int {
    (mergeFloats + parts * resultFloats + pool.count * workerFloats) * MemoryLayout<Float>.stride
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
    nonisolated(unsafe) let merge = workspace.assumingMemoryBound(to: Double.self)
    nonisolated(unsafe) let results = workspace.assumingMemoryBound(to: Float.self) + mergeFloats
    nonisolated(unsafe) let workers = results + parts * resultFloats
    pool.run { worker in
      let memory = workers + worker * workerFloats
      for part in pool.share(of: parts, worker: worker) { sum(part, of: matrix, into: results, memory: memory) }
    }
    mergeMeans(results, into: merge)
    for column in 0..<columns { mean[column] = Float(merge[column]) }
    pool.run { worker in
      let row = UnsafeMutableRawPointer(workers + worker * workerFloats).assumingMemoryBound(to: Double.self)
      for index in pool.share(of: columns, worker: worker) {
        mergeCovariance(results, merge, row: index, into: row)
        for column in 0..<columns { covariance[index * columns + column] = Float(row[column]) }
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

  // MARK: Merge
  //
  // A part of n rows, centred at m, whose centred rows sum to r and their products to P, adds to n_total times the
  // covariance P - r r' / n + n d d', where d = m + r / n - mean. The columns' residues r / sqrt(n) and shifts
  // sqrt(n) d are made once, so that an element of the result takes two multiplications of each part.

  private func residues(_ merge: UnsafeMutablePointer<Double>, _ part: Int) -> UnsafeMutablePointer<Double> {
    merge + meanFloats * (1 + 2 * part)
  }

  private func shifts(_ merge: UnsafeMutablePointer<Double>, _ part: Int) -> UnsafeMutablePointer<Double> {
    merge + meanFloats * (2 + 2 * part)
  }

  /// The means of all rows, and each part's residues and shifts.
  private func mergeMeans(_ results: UnsafePointer<Float>, into merge: UnsafeMutablePointer<Double>) {
    merge.update(repeating: 0, count: columns)
    for part in 0..<parts {
      let (centres, count) = (results + part * resultFloats, Double(rows(of: part).count))
      for column in 0..<columns {
        let residue = Double(centres[meanFloats + column])
        residues(merge, part)[column] = residue / count.squareRoot()
        shifts(merge, part)[column] = Double(centres[column]) + residue / count
        merge[column] += count * shifts(merge, part)[column]
      }
    }
    for column in 0..<columns { merge[column] /= Double(rows) }
    for part in 0..<parts {
      let (shifts, root) = (shifts(merge, part), Double(rows(of: part).count).squareRoot())
      for column in 0..<columns { shifts[column] = root * (shifts[column] - merge[column]) }
    }
  }

  /// - Parameter sums: [columns], the row of the covariance
  private func mergeCovariance(
    _ results: UnsafePointer<Float>, _ merge: UnsafeMutablePointer<Double>, row: Int,
    into sums: UnsafeMutablePointer<Double>
  ) {
    sums.update(repeating: 0, count: columns)
    for part in 0..<parts {
      let products = results + (part * resultFloats + meanFloats + sumFloats + row * columns)
      let (residues, shifts) = (residues(merge, part), shifts(merge, part))
      let (residue, shift) = (residues[row], shifts[row])
      for column in 0..<columns {
        sums[column] += Double(products[column]) - residue * residues[column] + shift * shifts[column]
      }
    }
    for column in 0..<columns { sums[column] /= Double(rows) }
  }
}
