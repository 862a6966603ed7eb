import Kernels
import Tensors
import Threads

/// The filter gradient: tiles of the input and of the output gradient are transformed and correlated, position by
/// position; the sums over all tiles are transformed back once.
///
/// Source: Lavin & Gray 2016, with the roles of filter and output exchanged: F(3x3,4x4).
final class WinogradGradientPlan: ConvolutionPlan {
  let transforms: WinogradAlgorithm
  let pass: WinogradPass
  let fusions: Fusions
  let pool: ThreadPool
  let kernels: any KernelSet.Type
  let blocking: WinogradGradientBlocking
  let layout: WinogradGradientWorkspace
  let columns: Int
  let rowBlocks: Int

  /// - Parameter algorithm: of the forward direction; the gradient uses F(4x4,3x3)'s points for any of 3x3.
  init(_ request: ConvolutionRequest, algorithm: WinogradAlgorithm, caches: CacheSizes, in context: ExecutionContext) {
    transforms = algorithm == .f2x5 ? .f2x5 : .f4x3
    pass = WinogradPass(
      request.problem, .forward, transforms, crossesImages: !request.fusions.contains(.maxPool))
    fusions = request.fusions
    pool = context.pool
    kernels = context.kernels
    let pitch = 2 * kernels.width
    columns = (pass.destination.channels + pitch - 1) / pitch
    rowBlocks = (pass.source.channels + kernels.winogradGradientRows - 1) / kernels.winogradGradientRows
    blocking = WinogradGradientBlocking(
      tiles: pass.tiles, positions: transforms.positions,
      sumBytes: transforms.positions * pass.source.channels * columns * pitch * MemoryLayout<Float>.stride,
      channels: pass.source.channels, outputs: pass.destination.channels, caches: caches)
    layout = WinogradGradientWorkspace(pass, blocking, threads: pool.count, kernels: kernels)
  }

  var algorithm: String {
    let (taps, size) = (transforms.taps, transforms.outputs)
    return "F(\(taps)x\(taps),\(size)x\(size))"
  }
  var workspaceBytes: Int { layout.floats * MemoryLayout<Float>.stride }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let operands = operands
    nonisolated(unsafe) let workspace = workspace.assumingMemoryBound(to: Float.self)
    pool.run { worker in
      let job = WinogradGradientJob(plan: self, operands: operands, workspace: workspace, worker: worker)
      job.clearZeros()
      for group in 0..<pass.groups { job.run(group) }
    }
  }
}
