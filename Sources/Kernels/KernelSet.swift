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

  static func winogradInput(_ algorithm: WinogradAlgorithm, _ job: WinogradInput, tiles: Range<Int>)
  static func winogradFilter(_ algorithm: WinogradAlgorithm, _ job: WinogradFilter, depths: Range<Int>)
  static func winogradProduct(_ job: WinogradProduct)
  static func winogradOutput(_ algorithm: WinogradAlgorithm, _ job: WinogradOutput, tiles: Range<Int>)
  static func winogradOutputGradient(
    _ algorithm: WinogradAlgorithm, _ job: WinogradOutputGradient, tiles: Range<Int>)
  static func winogradCorrelation(_ job: WinogradCorrelation)
  static func winogradFilterGradient(
    _ algorithm: WinogradAlgorithm, _ job: WinogradFilterGradient, rowBlocks: Range<Int>)
  static func winogradFilterGradient(
    _ algorithm: WinogradAlgorithm, _ job: WinogradFilterGradient, correlating tiles: WinogradCorrelation,
    patch: Destination)

  static func winogradPooledOutput(
    _ job: WinogradOutput, winners: UnsafeMutablePointer<UInt8>?, tiles: Range<Int>)
  static func winogradPooledInput(_ job: WinogradInput, winners: UnsafePointer<UInt8>, tiles: Range<Int>)
  static func winogradPooledOutputGradient(
    _ job: WinogradOutputGradient, winners: UnsafePointer<UInt8>, tiles: Range<Int>)
}

extension KernelSet {
  /// Floats in a vector.
  public static var width: Int { Lanes.count }
}
