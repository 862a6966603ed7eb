import Kernels
import Tensors

extension InvertedResidualPlan {
  /// A strip of output rows of an image, for which the expanded rows `new` are not in the ring yet.
  func run(
    _ rows: Range<Int>, of image: Int, expanding new: Range<Int>, _ operands: inout Operands, _ memory: inout Memory
  ) {
    let input = operands.input + image * expansion.correlation.sourceImageStep
    let table = new.isEmpty ? UnsafePointer(memory.pointers) : memory.rows.load(new, of: input)
    for panel in 0..<panels {
      expand(panel, new, table, operands, memory)
      operands.laps?.lap(0)
      convolve(panel, rows, operands, memory)
      operands.laps?.lap(1)
    }
    project(rows, of: image, operands, memory)
    operands.laps?.lap(2)
  }

  /// One panel of the expanded rows `new`, into its ring.
  private func expand(
    _ panel: Int, _ new: Range<Int>, _ table: UnsafePointer<Source>, _ operands: Operands, _ memory: Memory
  ) {
    let ringRows = division.expandedRowsOfStrip
    let ring = memory.ring + panel * ringPanelFloats
    var from = new.lowerBound
    while from < new.upperBound {
      let slot = from % ringRows
      let end = min(new.upperBound, from + ringRows - slot)
      var block = DirectBlock(
        rows: table, filter: operands.filters.0, output: ring + ((slot - from) * ringRowFloats - panel * panelWidth),
        scratch: memory.rows.scratch)
      block.describe(expansion.correlation, source, filterWidth: 0)
      block.describe(expansion.activation)
      block.bias = operands.biases.0
      block.firstRow = source.firstRow(new.lowerBound)
      block.panels = panel..<panel + 1
      block.lines = from..<end
      if self.block.expansion.problem.isPointwise { block.joinLines() }
      block.endTile = EvenTiles(block.width, limit: kernels.tileRows).count
      kernels.direct(block)
      from = end
    }
  }

  /// One panel of the depthwise convolution for output rows `rows`, from its ring into the strip.
  private func convolve(_ panel: Int, _ rows: Range<Int>, _ operands: Operands, _ memory: Memory) {
    let correlation = depthwise.correlation
    let firstRow = division.firstRow(under: rows.lowerBound)
    let ring = memory.ring + panel * ringPanelFloats
    for row in division.expandedRows(under: rows) {
      let slot = ring + row % division.expandedRowsOfStrip * ringRowFloats
      memory.pointers[row - max(firstRow, 0)] = Source(slot) - correlation.left * panelWidth
    }
    let channel = panel * panelWidth
    var block = DirectBlock(
      rows: UnsafePointer(memory.pointers), filter: operands.filters.1 + channel,
      output: memory.strip + (channel - rows.lowerBound * correlation.resultLineStep), scratch: memory.rows.scratch)
    block.describe(correlation, pixelPitch: panelWidth, filterWidth: correlation.kernel.width)
    block.describe(depthwise.activation)
    block.bias = operands.biases.1.map { $0 + channel }
    block.firstRow = max(firstRow, 0)
    block.outputs = min(correlation.outputs - channel, panelWidth)
    block.panels = 0..<(block.outputs + kernels.width - 1) / kernels.width
    block.lines = rows
    block.endTile = EvenTiles(block.width, limit: kernels.depthwiseRows).count
    let columns = (correlation.result.width - 1) * correlation.stride.width + correlation.kernel.width
    block.clipsLeft = correlation.left == 1
    block.clipsRight = columns - correlation.left - correlation.source.width == 1
    kernels.depthwise(block)
  }

  /// All channels of the strip, its pixels as one line.
  private func project(_ rows: Range<Int>, of image: Int, _ operands: Operands, _ memory: Memory) {
    let correlation = projection.correlation
    memory.pointers[0] = Source(memory.strip)
    let offset = image * correlation.resultImageStep + rows.lowerBound * correlation.resultLineStep
    var block = DirectBlock(
      rows: UnsafePointer(memory.pointers), filter: operands.filters.2, output: operands.output + offset,
      scratch: memory.rows.scratch)
    block.describe(correlation, pixelPitch: correlation.channels, filterWidth: 0)
    block.describe(projection.activation)
    block.bias = operands.biases.2
    block.residual = operands.residual.map { $0 + offset }
    block.panels = 0..<projection.filter.panels
    block.lines = 0..<1
    block.width = rows.count * correlation.result.width
    block.endTile = EvenTiles(block.width, limit: kernels.tileRows).count
    kernels.direct(block)
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
