/// The shape of a fully connected layer, y = x W. W is [inputs, outputs], read as it is.
public struct ConnectedShape: Sendable {
  public let inputs: Int
  public let outputs: Int
  public let batch: Int

  public init(inputs: Int, outputs: Int, batch: Int) {
    self.inputs = inputs
    self.outputs = outputs
    self.batch = batch
  }
}

/// A block of W: some of its rows, which are inputs, x some panels of outputs.
@usableFromInline struct ConnectedBlock {
  @usableFromInline let rows: Range<Int>
  @usableFromInline let panels: Range<Int>

  @inlinable @inline(__always)
  init(rows: Range<Int>, panels: Range<Int>) {
    self.rows = rows
    self.panels = panels
  }
}

/// Floats of W that are packed and used before the next ones: with the next ones, they fit the second-level cache.
@inlinable @inline(__always) public var connectedBlockFloats: Int { 64 << 10 }

/// Outputs of such a block: its rows are long enough for memory, and there are enough of them for the registers.
@inlinable @inline(__always) public var connectedBlockWidth: Int { 2048 }

/// Rows of a block of W, for `floats` in a row.
@inlinable @inline(__always)
public func connectedBlockRows(floats: Int) -> Int { min(connectedBlockFloats / floats, 64) }

/// Floats from one packed panel to the next: one row more than it has, so that panels do not share cache sets.
@inlinable @inline(__always)
public func connectedPanelStep(rows: Int, width: Int) -> Int { (rows + 1) * 2 * width }

/// Panels, and rows of W, of a block that is packed once for many runs: each block follows the one before in memory, so
/// that reading is one stream, and its part of x stays in the first-level cache for all its panels.
@inlinable @inline(__always) public var packedBlockPanels: Int { 2 }
@inlinable @inline(__always) public var packedBlockRows: Int { 64 }

/// Outputs of one block of the input gradient: a group of images' gradients takes a third of the first-level cache. The
/// fewer images, the longer are the parts of W's rows that are read in one go.
@inlinable @inline(__always)
public func connectedGradientBlockOutputs(batch: Int) -> Int { max(512, 4096 / batch) }
/// Rows of W of one block of the input gradient.
@inlinable @inline(__always) public var connectedGradientBlockRows: Int { 24 }
