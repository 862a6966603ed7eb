/// The layers that are no convolution, and what a step does to its tensors besides.
public protocol LayerKernels: VectorKernels {
  // MARK: Elementwise
  static func reluBackward(_ gradient: Destination, activation: Source, ceiling: Float, count: Int)
  static func add(_ a: Source, _ b: Source, into sum: Destination, count: Int)
  static func add(_ a: Source, _ b: Source, into sum: Destination, floor: Float, ceiling: Float, count: Int)
  static func activate(_ source: Source, into destination: Destination, floor: Float, ceiling: Float, count: Int)
  static func copyRows(
    _ source: Source, step: Int, into destination: Destination, step destinationStep: Int, rows: Int, columns: Int)
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
  static func averageWindows(_ input: Source, into output: Destination, _ pool: AveragePool, rows: Range<Int>)
  static func averageWindowsGradient(
    _ outputGradient: Source, into inputGradient: Destination, _ pool: AveragePool, rows: Range<Int>)
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
}
