/// A fully connected layer, y = x W, or a part of it. W is [inputs, outputs], read as it is.
public struct ConnectedBlock {
  public var weights: Source
  public var inputs: Int
  public var outputs: Int
  public var batch: Int

  /// Which of the inputs (the rows of W), where a kernel does some of them.
  public var rows = 0..<0
  /// Which vectors of outputs, where a kernel does some of them.
  public var vectors = 0..<0

  public init(weights: Source, inputs: Int, outputs: Int, batch: Int) {
    self.weights = weights
    self.inputs = inputs
    self.outputs = outputs
    self.batch = batch
  }
}

/// Rows of W that are read before the columns move on: their lines stay in the caches meanwhile.
@inlinable @inline(__always) public var connectedBlockRows: Int { 32 }
/// Rows of W of one block of the input gradient.
@inlinable @inline(__always) public var connectedGradientBlockRows: Int { 48 }
