import Kernels
import Tensors

/// How the work of a filter gradient is divided: chunks of output lines x units of the filter gradient.
///
/// A filter gradient with many units is one chunk: each unit belongs to one worker, which sums over all pixels. A small
/// one is cut into chunks of lines with a partial result each, added up in their order at the end. The number of
/// chunks follows from the problem alone, so the result does not depend on the number of workers.
struct GradientGrid: Sendable {
  let groups: Int
  /// Units of one group.
  let units: Int
  let unitsPerPanel: Int
  let lines: Int
  let chunks: Int

  /// Enough for an even share on any number of workers that a small problem can use.
  private static let enoughItems = 256
  /// Partial results of all chunks together, in floats.
  private static let partialLimit = 2 << 20

  init(_ correlation: Correlation, filterCount: Int, kernels: any KernelSet.Type) {
    groups = correlation.groups
    let isDepthwise = correlation.isDepthwise
    let rowDepth = correlation.kernel.width * (isDepthwise ? 1 : correlation.channels)
    let tiles = EvenTiles(rowDepth, limit: isDepthwise ? kernels.tripleRows : kernels.tileRows).count
    unitsPerPanel = tiles * correlation.kernel.height
    let panelWidth = isDepthwise ? kernels.width : kernels.panelWidth
    units = unitsPerPanel * correlation.outputs.dividedRoundingUp(by: panelWidth)
    lines = correlation.batch * correlation.result.height
    let wanted = Self.enoughItems.dividedRoundingUp(by: units * groups)
    let fitting = max(Self.partialLimit / (filterCount + correlation.result.channels), 1)
    chunks = min(wanted, fitting, lines)
  }

  var items: Int { chunks * groups * units }

  func lines(of chunk: Int) -> Range<Int> { lines * chunk / chunks..<lines * (chunk + 1) / chunks }

  /// The parts of `items` that lie in one chunk and one group, in order.
  func forEachPart(of items: Range<Int>, _ body: (_ chunk: Int, _ group: Int, _ units: Range<Int>) -> Void) {
    var item = items.lowerBound
    while item < items.upperBound {
      let (part, unit) = item.quotientAndRemainder(dividingBy: units)
      let (chunk, group) = part.quotientAndRemainder(dividingBy: groups)
      let count = min(units - unit, items.upperBound - item)
      body(chunk, group, unit..<unit + count)
      item += count
    }
  }

  func panels(of units: Range<Int>) -> Range<Int> {
    units.lowerBound / unitsPerPanel..<units.upperBound.dividedRoundingUp(by: unitsPerPanel)
  }
  /// Panels whose first unit is one of `units`: their bias gradient is this worker's.
  func panelsBegun(in units: Range<Int>) -> Range<Int> {
    units.lowerBound.dividedRoundingUp(by: unitsPerPanel)..<units.upperBound.dividedRoundingUp(by: unitsPerPanel)
  }
}
