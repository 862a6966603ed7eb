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
  static func direct(_ shape: DirectShape, _ block: DirectBlock)
  static func directGradient(_ shape: DirectGradientShape, _ block: DirectGradientBlock)
  static func depthwise(_ shape: DepthwiseShape, _ block: DirectBlock)
  static func depthwiseGradient(_ shape: DepthwiseGradientShape, _ block: DepthwiseGradientBlock)
  static func packGradient(_ packing: GradientPacking)

  // MARK: Fully connected layers
  static func connectedRow(
    _ shape: ConnectedShape, weights: Source, rows: Range<Int>, x: Source, sums: Destination)
  static func packBatch(_ x: Source, inputs: Range<Int>, step: Int, rows: Int, packed: Destination)
  static func connectedColumns(
    _ shape: ConnectedShape, weights: Source, panels: Range<Int>, x: Source, sums: Destination, packed: Destination)
  static func packedConnectedColumns(
    _ shape: ConnectedShape, panels: Range<Int>, x: Source, sums: Destination, packed: Source)
  static func packConnectedColumns(
    _ shape: ConnectedShape, weights: Source, panels: Range<Int>, packed: Destination)
  static func connectedInputGradient(
    _ shape: ConnectedShape, weights: Source, rows: Range<Int>, dy: Source, sums: Destination, result: Destination)
  static func packOutputGradient(
    _ dy: Source, batch: Int, outputs: Int, blocks: Range<Int>, packed: Destination)
  static func connectedFilterGradient(_ shape: DirectGradientShape, _ block: DirectGradientBlock)
  static func packBatchTiles(
    _ x: Source, inputs: Int, batch: Int, tiles range: Range<Int>, pitch: Int, packed: Destination)

  static func copyNonTemporal(_ source: Source, to destination: Destination, count: Int)

  // MARK: Sums
  static func addParts(_ parts: Source, count: Int, step: Int, parts number: Int, destination: Destination)

  // MARK: Elementwise
  static func reluBackward(_ gradient: Destination, activation: Source, ceiling: Float, count: Int)
  static func add(_ a: Source, _ b: Source, into sum: Destination, count: Int)
  static func columnSums(_ matrix: Source, rows: Int, columns: Int, into sums: Destination)
  static func momentumUpdate(
    _ parameter: Destination, velocity: Destination, gradient: Source, rate: Float, momentum: Float, count: Int)
  static func dropout(
    _ source: Source, into destination: Destination, _ range: Range<Int>, seed: UInt64, keep: Float)
  static func softmax(_ logits: Source, into probabilities: Destination, count: Int) -> Int32

  // MARK: Pooling
  static func maxPool(_ input: Source, into output: Destination, _ pool: PoolGeometry, rows: Range<Int>)
  static func maxPool(
    _ input: Source, into output: Destination, argmax: UnsafeMutablePointer<UInt8>, _ pool: PoolGeometry,
    rows: Range<Int>)
  static func maxPoolGradient(
    _ outputGradient: Source, argmax: UnsafePointer<UInt8>, into inputGradient: Destination, _ pool: PoolGeometry,
    rows: Range<Int>, nonTemporal: Bool)
  static func averagePool(_ input: Source, into output: Destination, pixels: Int, step: Int, channels: Int)
  static func averagePoolGradient(
    _ outputGradient: Source, into inputGradient: Destination, pixels: Int, scale: Float, channels: Int)

  // MARK: Local response normalization
  static func localResponseScratch(channels: Int, radius: Int) -> Int
  static func localResponse(
    _ input: Source, into output: Destination, pixels: Int, channels: Int, _ response: LocalResponse,
    scratch: Destination, nonTemporal: Bool)
  static func localResponseGradient(
    _ outputGradient: Source, input: Source, into inputGradient: Destination, pixels: Int, channels: Int,
    _ response: LocalResponse, scratch: Destination, nonTemporal: Bool)

  // MARK: Batch normalization
  static func moments(
    _ input: Source, rows: Int, channels: Int, mean: Destination, squaredDeviations: Destination)
  static func normalize(
    _ input: Source, into output: Destination, rows: Int, _ normalization: ChannelNormalization)
  static func gradientMoments(
    _ outputGradient: Source, input: Source, rows: Int, _ normalization: ChannelNormalization, sum: Destination,
    product: Destination)
  static func normalizationGradient(
    _ outputGradient: Source, input: Source, into inputGradient: Destination, rows: Int,
    _ normalization: ChannelNormalization, slope: Source, offset: Source)

  // MARK: Winograd
  static func winogradInput(_ algorithm: WinogradAlgorithm, _ job: WinogradInput, tiles: Range<Int>)
  static func winogradFilter(_ algorithm: WinogradAlgorithm, _ job: WinogradFilter, depths: Range<Int>)
  static func winogradProduct(_ job: WinogradProduct)
  static func winogradOutput(_ algorithm: WinogradAlgorithm, _ job: WinogradOutput, tiles: Range<Int>)
  static func winogradOutputGradient(
    _ algorithm: WinogradGradientAlgorithm, _ job: WinogradOutputGradient, tiles: Range<Int>)
  static func winogradCorrelation(_ job: WinogradCorrelation)
  static func winogradFilterGradient(
    _ algorithm: WinogradGradientAlgorithm, _ job: WinogradFilterGradient, rowBlocks: Range<Int>)
  static func winogradFilterGradient(
    _ algorithm: WinogradGradientAlgorithm, _ job: WinogradFilterGradient, correlating tiles: WinogradCorrelation,
    patch: Destination)

  static func winogradPooledOutput(
    _ job: WinogradOutput, argmax: UnsafeMutablePointer<UInt8>?, tiles: Range<Int>)
  static func winogradPooledInput(_ job: WinogradInput, argmax: UnsafePointer<UInt8>, tiles: Range<Int>)
  static func winogradPooledOutputGradient(
    _ job: WinogradOutputGradient, argmax: UnsafePointer<UInt8>, tiles: Range<Int>)
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
