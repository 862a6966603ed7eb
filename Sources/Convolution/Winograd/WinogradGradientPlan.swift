import Kernels
import Tensors
import Threads

/// The filter gradient: tiles of the input and of the output gradient are transformed and correlated, position by
/// position; the sums over all tiles are transformed back once.
///
/// Source: Lavin & Gray 2016, with the roles of filter and output exchanged: F(3x3,4x4).
final class WinogradGradientPlan: ConvolutionPlan {
  let transforms: WinogradGradientAlgorithm
  let pass: WinogradPass
  let fusions: Fusions
  let pool: ThreadPool
  let kernels: any KernelSet.Type
  let blocking: WinogradGradientBlocking
  let layout: WinogradGradientWorkspace
  let shapes: WinogradGradientShapes
  let columns: Int
  let rowBlocks: Int

  init(
    _ request: ConvolutionRequest, algorithm: WinogradGradientAlgorithm, policy: CachePolicy,
    in context: ExecutionContext
  ) {
    transforms = algorithm
    fusions = request.fusions
    pass = WinogradPass(
      request.problem, .forward, algorithm.forward, crossesImages: !request.fusions.contains(.maxPool))
    pool = context.pool
    kernels = context.kernels
    columns = kernels.panels(of: pass.destination.channels)
    rowBlocks = pass.source.channels.dividedRoundingUp(by: kernels.winogradGradientRows)
    let sumFloats = pass.algorithm.positions * pass.source.channels * columns * kernels.panelWidth
    blocking = WinogradGradientBlocking(
      tiles: pass.tiles, positions: pass.algorithm.positions, sumBytes: sumFloats * MemoryLayout<Float>.stride,
      channels: pass.source.channels, outputs: pass.destination.channels, policy: policy)
    layout = WinogradGradientWorkspace(pass, blocking, threads: pool.count, kernels: kernels)
    shapes = WinogradGradientShapes(
      pass, blocking, layout, isPooled: fusions.contains(.maxPool), columns: columns, kernels: kernels)
  }

  var algorithm: String {
    let (taps, size) = (pass.algorithm.taps, pass.algorithm.outputs)
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
