import Kernels
import Tensors

/// The offsets of the parts of a pass's workspace, in floats; all are multiples of 16.
///
/// Each thread has room for pointers, a line of zeros that pixels outside an image read, and the bias. Then V, M, and U
/// of a column block where threads own columns: one for each thread or one for all.
///
/// Where a block's V is multiplied once, from the first position to the last, M takes its place one position behind:
/// the products of a position go where V of the position before has just been read (2 % of conv2_2 and conv3_2, batch
/// 16).
struct WinogradWorkspace {
  let zeros: Int
  let bias: Int
  let biasPerGroup: Int
  let linesPerThread: Int
  let inputPositionStride: Int
  let outputPositionStride: Int
  let filterPositionStride: Int
  /// From the start of M to that of V where they share memory.
  private let inputShift: Int
  private let inputs: Part
  private let outputs: Part
  private let filters: Part
  /// In a thread's U: where its filter is transposed first.
  private let transpose: Int
  let floats: Int

  /// V, M or U of each thread, or of all where `isShared`.
  private struct Part {
    let base: Int
    let floats: Int
    let isShared: Bool

    func start(worker: Int) -> Int { base + (isShared ? 0 : worker * floats) }
    func end(threads: Int) -> Int { base + (isShared ? 1 : threads) * floats }
  }

  /// Keeps positions, and the threads' blocks, from sharing sets of the first-level cache.
  private static let skew = 5 * 16

  init(_ pass: WinogradPass, _ blocking: WinogradBlocking, threads: Int, width: Int) {
    let (depth, positions) = (pass.source.channels.rounded(upTo: width), pass.algorithm.positions)
    let pitch = 2 * width
    let division = blocking.division
    // 64 pointers.
    zeros = 128
    bias = (zeros + depth).rounded(upTo: 16)
    biasPerGroup = pass.destination.channels.rounded(upTo: width)
    linesPerThread = (bias + pass.groups * biasPerGroup).rounded(upTo: 16) + Self.skew
    let inputFloats = (blocking.tileRows * depth).rounded(upTo: 16) + Self.skew
    let outputFloats = (blocking.tileRows * blocking.columnsPerSlice * pitch).rounded(upTo: 16) + Self.skew
    let takesPlace = division == .tiles && blocking.columnsPerSlice == blocking.columns
    inputPositionStride = takesPlace ? max(inputFloats, outputFloats) : inputFloats
    outputPositionStride = takesPlace ? inputPositionStride : outputFloats
    inputShift = takesPlace ? outputPositionStride : 0
    filterPositionStride = min(blocking.depthStep, depth) * pitch + Self.skew
    inputs = Part(
      base: threads * linesPerThread, floats: inputShift + positions * inputPositionStride + Self.skew,
      isShared: division != .tiles)
    outputs =
      takesPlace
      ? inputs
      : Part(
        base: inputs.end(threads: threads), floats: positions * outputPositionStride + Self.skew,
        isShared: division == .products)
    transpose = positions * filterPositionStride
    let transposeFloats = pass.algorithm.taps * pass.algorithm.taps * width * width
    filters = Part(
      base: outputs.end(threads: threads),
      floats: division == .columns ? (transpose + transposeFloats).rounded(upTo: 16) + Self.skew : 0, isShared: false)
    floats = filters.end(threads: threads)
  }

  /// The parts that one thread works with.
  struct View {
    let pointers: UnsafeMutablePointer<UnsafePointer<Float>>
    let zeros: UnsafeMutablePointer<Float>
    let bias: UnsafeMutablePointer<Float>
    let input: UnsafeMutablePointer<Float>
    let output: UnsafeMutablePointer<Float>
    let filter: UnsafeMutablePointer<Float>
    let transpose: UnsafeMutablePointer<Float>
  }

  func view(_ workspace: UnsafeMutableRawPointer, worker: Int) -> View {
    let base = workspace.assumingMemoryBound(to: Float.self)
    let lines = base + worker * linesPerThread
    return View(
      pointers: UnsafeMutableRawPointer(lines).assumingMemoryBound(to: UnsafePointer<Float>.self),
      zeros: lines + zeros, bias: lines + bias, input: base + (inputs.start(worker: worker) + inputShift),
      output: base + outputs.start(worker: worker), filter: base + filters.start(worker: worker),
      transpose: base + filters.start(worker: worker) + transpose)
  }
}
