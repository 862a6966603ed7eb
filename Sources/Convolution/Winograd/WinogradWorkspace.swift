import Kernels
import Tensors

/// Where the parts of a pass's workspace lie. Offsets in floats, all multiples of 16.
///
/// For each thread: room for pointers, a line of zeros that pixels outside an image read, and the bias. Then V and M,
/// one for each thread or one for all.
struct WinogradWorkspace {
  let zeros: Int
  let bias: Int
  let biasPerGroup: Int
  let linesPerThread: Int
  let inputPositionStride: Int
  let outputPositionStride: Int
  let outputBlock: Int
  let blocks: Int
  let floatsPerBlock: Int
  let floats: Int

  /// Keeps positions, and the threads' blocks, from sharing sets of the first-level cache.
  private static let skew = 5 * 16

  init(_ pass: WinogradPass, _ blocking: WinogradBlocking, threads: Int, width: Int) {
    let depth = pass.source.channels.rounded(upTo: width)
    let pitch = 2 * width
    // 64 pointers.
    zeros = 128
    bias = (zeros + depth).rounded(upTo: 16)
    biasPerGroup = pass.destination.channels.rounded(upTo: width)
    linesPerThread = (bias + pass.groups * biasPerGroup).rounded(upTo: 16) + Self.skew
    inputPositionStride = (blocking.tileRows * depth).rounded(upTo: 16) + Self.skew
    outputPositionStride = (blocking.tileRows * blocking.columnsPerSlice * pitch).rounded(upTo: 16) + Self.skew
    outputBlock = pass.algorithm.positions * inputPositionStride
    floatsPerBlock = outputBlock + pass.algorithm.positions * outputPositionStride + Self.skew
    blocks = threads * linesPerThread
    floats = blocks + (blocking.isShared ? 1 : threads) * floatsPerBlock
  }

  /// The parts that one thread works with.
  struct View {
    let pointers: UnsafeMutablePointer<UnsafePointer<Float>>
    let zeros: UnsafeMutablePointer<Float>
    let bias: UnsafeMutablePointer<Float>
    let input: UnsafeMutablePointer<Float>
    let output: UnsafeMutablePointer<Float>
  }

  func view(_ workspace: UnsafeMutableRawPointer, worker: Int, block: Int) -> View {
    let base = workspace.assumingMemoryBound(to: Float.self)
    let lines = base + worker * linesPerThread
    let blockBase = base + blocks + block * floatsPerBlock
    return View(
      pointers: UnsafeMutableRawPointer(lines).assumingMemoryBound(to: UnsafePointer<Float>.self),
      zeros: lines + zeros, bias: lines + bias, input: blockBase, output: blockBase + outputBlock)
  }
}
