/// A fully connected layer, y = x W, or a part of it. W is [inputs, outputs], read as it is.
public struct ConnectedBlock {
  public var weights: Source
  public var inputs: Int
  public var outputs: Int
  public var batch: Int

  /// Which of the inputs (the rows of W), where a kernel does some of them.
  public var rows = 0..<0
  /// Which panels (two vectors) of outputs, where a kernel does some of them.
  public var panels = 0..<0

  public init(weights: Source, inputs: Int, outputs: Int, batch: Int) {
    self.weights = weights
    self.inputs = inputs
    self.outputs = outputs
    self.batch = batch
  }
}

/// Rows of W that are read before the columns move on: their lines stay in the caches meanwhile.
@inlinable @inline(__always) public var connectedBlockRows: Int { 64 }
/// Panels of outputs that are finished before the next ones: a block of W is at most 256 KiB.
@inlinable @inline(__always) public var connectedBlockPanels: Int { 32 }
/// Outputs of one block of the input gradient: a group of images' gradients takes a third of the first-level cache.
@inlinable @inline(__always) public var connectedGradientBlockOutputs: Int { 512 }
/// Rows of W of one block of the input gradient.
@inlinable @inline(__always) public var connectedGradientBlockRows: Int { 24 }
