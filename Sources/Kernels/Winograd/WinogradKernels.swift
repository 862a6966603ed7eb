/// Winograd's transforms and the multiplications between them.
public protocol WinogradKernels: VectorKernels {
  static func winogradInput(_ algorithm: WinogradAlgorithm, _ job: WinogradPatches, tiles: Range<Int>)
  static func winogradFilter(_ algorithm: WinogradAlgorithm, _ job: WinogradFilter, depths: Range<Int>)
  static func winogradProduct(_ job: WinogradProduct)
  static func winogradOutput(_ algorithm: WinogradAlgorithm, _ job: WinogradOutput, tiles: Range<Int>)
  static func winogradOutputGradient(
    _ algorithm: WinogradGradientAlgorithm, _ job: WinogradPatches, biasSums: Destination?, tiles: Range<Int>)
  static func winogradCorrelation(_ job: WinogradCorrelation)
  static func winogradFilterGradient(
    _ algorithm: WinogradGradientAlgorithm, _ job: WinogradFilterGradient, rowBlocks: Range<Int>)
  static func winogradFilterGradient(
    _ algorithm: WinogradGradientAlgorithm, _ job: WinogradFilterGradient, correlating tiles: WinogradCorrelation,
    patch: Destination)

  static func winogradPooledOutput(
    _ job: WinogradOutput, argmax: UnsafeMutablePointer<UInt8>?, tiles: Range<Int>)
  static func winogradPooledInput(_ job: WinogradPatches, argmax: UnsafePointer<UInt8>, tiles: Range<Int>)
  static func winogradPooledOutputGradient(
    _ job: WinogradPatches, argmax: UnsafePointer<UInt8>, biasSums: Destination?, tiles: Range<Int>)
}
