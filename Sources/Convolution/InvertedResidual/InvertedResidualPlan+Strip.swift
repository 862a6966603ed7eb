import Kernels
import Tensors

extension InvertedResidualPlan {
  /// Computes a strip of output rows of an image, for which the expanded rows `new` are not in the ring yet.
  func run(
    _ rows: Range<Int>, of image: Int, expanding new: Range<Int>, _ operands: Operands, _ memory: inout Memory,
    _ worker: Int
  ) {
    let input = operands.input + image * expansion.correlation.sourceImageStep
    let table = new.isEmpty ? nil : memory.rows.load(new, of: input)
    for panel in 0..<panels {
      if let table { pool.phase(.expansion, worker) { expand(panel, new, table, operands, memory) } }
      pool.phase(.depthwise, worker) { convolve(panel, rows, operands, memory) }
    }
    pool.phase(.projection, worker) { project(rows, of: image, operands, memory) }
  }

  /// Computes one panel of the expanded rows `new` into its ring.
  private func expand(
    _ panel: Int, _ new: Range<Int>, _ table: UnsafePointer<Source>, _ operands: Operands, _ memory: Memory
  ) {
    let ringRows = division.expandedRowsOfStrip
    let ring = memory.ring + panel * ringPanelFloats
    var from = new.lowerBound
    while from < new.upperBound {
      let slot = from % ringRows
      let end = min(new.upperBound, from + ringRows - slot)
      let output = ring + ((slot - from) * ringRowFloats - panel * panelWidth)
      let firstRow = source.firstRow(new.lowerBound)
      // The rows of a pointwise expansion follow each other in source and ring.
      let joins = block.expansion.problem.isPointwise
      let shape = joins ? expansionShape.joining(end - from) : expansionShape
      kernels.direct(
        shape,
        DirectBlock(
          rows: joins ? ImageRows(table + (from - firstRow), first: 0) : ImageRows(table, first: firstRow),
          filter: operands.filters.expansion, panels: panel..<panel + 1, lines: joins ? 0..<1 : from..<end,
          endTile: EvenTiles(shape.lines.width, limit: kernels.tileRows).count,
          output: TileOutput(
            joins ? output + from * ringRowFloats : output, bias: operands.biases.expansion,
            scratch: memory.rows.scratch)))
      from = end
    }
  }

  /// Convolves one panel depthwise for output rows `rows`, from its ring into the strip.
  private func convolve(_ panel: Int, _ rows: Range<Int>, _ operands: Operands, _ memory: Memory) {
    let correlation = depthwise.correlation
    let firstRow = division.firstRow(under: rows.lowerBound)
    let ring = memory.ring + panel * ringPanelFloats
    // The kernel finds the panel's channels where those of all panels would lie.
    let channel = panel * panelWidth
    for row in division.expandedRows(under: rows) {
      let slot = ring + row % division.expandedRowsOfStrip * ringRowFloats
      memory.pointers[row - max(firstRow, 0)] = Source(slot) - (correlation.left * panelWidth + channel)
    }
    let firstVector = channel / kernels.width
    kernels.depthwise(
      depthwiseShape,
      DirectBlock(
        rows: ImageRows(UnsafePointer(memory.pointers), first: max(firstRow, 0)), filter: operands.filters.depthwise,
        panels: firstVector..<min(firstVector + 2, depthwise.filter.panels), lines: rows,
        endTile: EvenTiles(depthwiseShape.lines.width, limit: kernels.depthwiseRows).count,
        output: TileOutput(
          memory.strip - rows.lowerBound * correlation.resultLineStep, bias: operands.biases.depthwise,
          scratch: memory.rows.scratch)))
  }

  /// Projects all channels of the strip, whose pixels are one line.
  private func project(_ rows: Range<Int>, of image: Int, _ operands: Operands, _ memory: Memory) {
    let correlation = projection.correlation
    memory.pointers[0] = Source(memory.strip)
    let offset = image * correlation.resultImageStep + rows.lowerBound * correlation.resultLineStep
    let shape = projectionShape.joining(rows.count)
    kernels.direct(
      shape,
      DirectBlock(
        rows: ImageRows(UnsafePointer(memory.pointers), first: 0), filter: operands.filters.projection,
        panels: 0..<projection.filter.panels, lines: 0..<1,
        endTile: EvenTiles(shape.lines.width, limit: kernels.tileRows).count,
        output: TileOutput(
          operands.output + offset, bias: operands.biases.projection, residual: operands.residual.map { $0 + offset },
          scratch: memory.rows.scratch)))
  }
}
