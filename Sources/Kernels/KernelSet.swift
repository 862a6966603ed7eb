/// The entry points of one instruction set.
///
/// Each algorithm is written once, generic over `Vector`, in an extension of this protocol; a target compiled for an
/// instruction set conforms a type and so instantiates all of them. Callers hold `any KernelSet.Type`: only pointers
/// and integers cross the boundary.
///
/// An implementation must be `@inlinable @inline(never)`: inlined into the witness thunk instead, it would lose the
/// inlining of everything it calls.
public protocol KernelSet: Sendable {
  associatedtype Lanes: Vector
  /// As `--isa` spells it.
  static var name: String { get }

  /// Runs `iterations` of `fmaPeakChains` independent multiply-adds.
  static func fmaPeak(iterations: Int, result: Destination)

  // MARK: Direct convolution
  static func direct(_ block: DirectBlock)
  static func directGradient(_ block: DirectGradientBlock)
  static func depthwise(_ block: DirectBlock)
  static func depthwiseGradient(_ block: DepthwiseGradientBlock)
  static func packGradient(_ packing: GradientPacking)

  // MARK: Fully connected layers
  static func connectedRow(_ block: ConnectedBlock, x: Source, sums: Destination)
  static func packBatch(_ x: Source, inputs: Range<Int>, step: Int, rows: Int, packed: Destination)
  static func connectedColumns(_ block: ConnectedBlock, x: Source, sums: Destination, packed: Destination)
  static func connectedInputGradient(
    _ block: ConnectedBlock, dy: Source, sums: Destination, result: Destination)
  static func packOutputGradient(
    _ dy: Source, batch: Int, outputs: Int, blocks: Range<Int>, packed: Destination)
  static func connectedFilterGradient(_ block: DirectGradientBlock)
  static func packBatchTiles(
    _ x: Source, inputs: Int, batch: Int, tiles range: Range<Int>, pitch: Int, packed: Destination)

  // MARK: Sums
  static func addParts(_ parts: Source, count: Int, step: Int, parts number: Int, destination: Destination)
}

extension KernelSet {
  /// Floats in a vector.
  public static var width: Int { Lanes.count }
  /// Rows of the largest register tile of two vectors.
  public static var tileRows: Int { Lanes.tileRows }
  /// Rows of the largest register tile of three vectors.
  public static var tripleRows: Int { Lanes.tripleRows }
  /// Rows of the largest register tile of one vector in the depthwise kernels.
  public static var depthwiseRows: Int { Lanes.depthwiseRows }
}
