import Kernels
import Tensors

/// The offsets of the parts of the filter gradient's workspace, in floats; all are multiples of 16.
///
/// Each thread has room for pointers, a line of zeros, and where the plan is fused one patch of sums. For each team: V
/// and Z of a block. For each part: dU, and sums of the bias gradient.
struct WinogradGradientWorkspace {
  /// A block's tiles are cut into this many chunks, each with a bias sum of its own, whoever transforms it.
  static let chunks = 16
  private static let skew = 5 * 16

  let zeros = 128
  let patch: Int
  let floatsPerThread: Int
  let inputPositionStride: Int
  let outputPositionStride: Int
  let outputBlock: Int
  let blocks: Int
  let floatsPerBlock: Int
  let sums: Int
  let sumsPositionStride: Int
  let floatsPerPart: Int
  let biasSums: Int
  let biasStride: Int
  let floats: Int

  init(_ pass: WinogradPass, _ blocking: WinogradGradientBlocking, threads: Int, kernels: any KernelSet.Type) {
    let (width, rows, positions) = (kernels.width, kernels.winogradGradientRows, pass.algorithm.positions)
    let channels = pass.source.channels.rounded(upTo: width)
    let outputs = pass.destination.channels.rounded(upTo: kernels.panelWidth)
    patch = (zeros + max(channels, outputs)).rounded(upTo: 16)
    floatsPerThread =
      (patch + (blocking.isFused ? positions * rows * kernels.panelWidth : 0)).rounded(upTo: 16) + Self.skew
    inputPositionStride = (blocking.tilesPerBlock * channels).rounded(upTo: 16) + Self.skew
    outputPositionStride = (blocking.tilesPerBlock * outputs).rounded(upTo: 16) + Self.skew
    outputBlock = positions * inputPositionStride
    floatsPerBlock = outputBlock + positions * outputPositionStride + Self.skew
    blocks = threads * floatsPerThread
    sums = blocks + WinogradTeam.count(threads: threads, parts: blocking.parts) * floatsPerBlock
    sumsPositionStride = outputs * pass.source.channels.rounded(upTo: rows) + Self.skew
    floatsPerPart = blocking.isFused ? 0 : positions * sumsPositionStride
    biasSums = sums + blocking.parts * floatsPerPart
    biasStride = pass.destination.channels.rounded(upTo: width).rounded(upTo: 16)
    floats = biasSums + blocking.parts * Self.chunks * biasStride
  }
}
