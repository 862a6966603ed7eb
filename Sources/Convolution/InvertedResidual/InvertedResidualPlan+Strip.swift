import Kernels
import Tensors

extension InvertedResidualPlan {
  /// Computes a strip of output rows of an image, for which the expanded rows `new` are not in the ring yet.
  func run(
    _ rows: Range<Int>, of image: Int, expanding new: Range<Int>, _ operands: Operands, _ memory: inout Memory
  ) {
    let input = operands.input + image * expansion.correlation.sourceImageStep
    let table = new.isEmpty ? nil : memory.rows.load(new, of: input)
    for panel in 0..<panels {
      if let table { expand(panel, new, table, operands, memory) }
      convolve(panel, rows, operands, memory)
    }
    project(rows, of: image, operands, memory)
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
      var work = DirectBlock(
        rows: table, filter: operands.filters.expansion,
        output: ring + ((slot - from) * ringRowFloats - panel * panelWidth), scratch: memory.rows.scratch)
      work.describe(expansion.correlation, source, filterWidth: 0)
      work.describe(expansion.activation)
      work.bias = operands.biases.expansion
      work.firstRow = source.firstRow(new.lowerBound)
      work.panels = panel..<panel + 1
      work.lines = from..<end
      if block.expansion.problem.isPointwise { work.joinLines() }
      work.endTile = EvenTiles(work.width, limit: kernels.tileRows).count
      kernels.direct(work)
      from = end
    }
  }

  /// Convolves one panel depthwise for output rows `rows`, from its ring into the strip.
  private func convolve(_ panel: Int, _ rows: Range<Int>, _ operands: Operands, _ memory: Memory) {
    let correlation = depthwise.correlation
    let firstRow = division.firstRow(under: rows.lowerBound)
    let ring = memory.ring + panel * ringPanelFloats
    for row in division.expandedRows(under: rows) {
      let slot = ring + row % division.expandedRowsOfStrip * ringRowFloats
      memory.pointers[row - max(firstRow, 0)] = Source(slot) - correlation.left * panelWidth
    }
    let channel = panel * panelWidth
    var work = DirectBlock(
      rows: UnsafePointer(memory.pointers), filter: operands.filters.depthwise + channel,
      output: memory.strip + (channel - rows.lowerBound * correlation.resultLineStep), scratch: memory.rows.scratch)
    work.describe(correlation, pixelPitch: panelWidth, filterWidth: correlation.kernel.width)
    work.describe(depthwise.activation)
    work.bias = operands.biases.depthwise.map { $0 + channel }
    work.firstRow = max(firstRow, 0)
    work.outputs = min(correlation.outputs - channel, panelWidth)
    work.panels = 0..<(work.outputs + kernels.width - 1) / kernels.width
    work.lines = rows
    work.endTile = EvenTiles(work.width, limit: kernels.depthwiseRows).count
    work.clipsLeft = correlation.left == 1
    work.clipsRight = correlation.right == 1
    kernels.depthwise(work)
  }

  /// Projects all channels of the strip, whose pixels are one line.
  private func project(_ rows: Range<Int>, of image: Int, _ operands: Operands, _ memory: Memory) {
    let correlation = projection.correlation
    memory.pointers[0] = Source(memory.strip)
    let offset = image * correlation.resultImageStep + rows.lowerBound * correlation.resultLineStep
    var work = DirectBlock(
      rows: UnsafePointer(memory.pointers), filter: operands.filters.projection, output: operands.output + offset,
      scratch: memory.rows.scratch)
    work.describe(correlation, pixelPitch: correlation.channels, filterWidth: 0)
    work.describe(projection.activation)
    work.bias = operands.biases.projection
    work.residual = operands.residual.map { $0 + offset }
    work.panels = 0..<projection.filter.panels
    work.lines = 0..<1
    work.width = rows.count * correlation.result.width
    work.endTile = EvenTiles(work.width, limit: kernels.tileRows).count
    kernels.direct(work)
  }
}

extension DirectBlock {
  /// Makes one line of those of a pointwise block, whose rows follow each other in source and result: register tiles
  /// then care about no row's end.
  fileprivate mutating func joinLines() {
    rows += lines.lowerBound - firstRow
    output += lines.lowerBound * outputLineStep
    width *= lines.count
    (firstRow, inputHeight, lines) = (0, 1, 0..<1)
  }
}
