import Kernels
import Tensors
import Threads

/// Forward, or input gradient, as one or more correlations that write different pixels.
final class DirectPlan: ConvolutionPlan {
  let request: ConvolutionRequest
  private let pool: ThreadPool
  private let sweeps: [CorrelationSweep]
  /// The offset of each sweep's filter, in floats.
  private let filterOffsets: [Int]
  let algorithm: String
  let packedFilterBytes: Int
  private let workerBytes: Int

  init(_ request: ConvolutionRequest, policy: CachePolicy, in context: ExecutionContext) {
    self.request = request
    pool = context.pool
    let correlations =
      request.direction == .forward ? [.forward(request.problem)] : Correlation.inputGradient(request.problem)
    let activation = request.direction == .forward ? request.epilogue.activation : .none
    sweeps = correlations.map {
      CorrelationSweep($0, of: request.problem, activation: activation, policy: policy, in: context)
    }
    algorithm = sweeps[0].correlation.algorithm
    var offsets = [0]
    for sweep in sweeps { offsets.append(offsets.last! + sweep.filter.count.rounded(upTo: 16)) }
    filterOffsets = offsets
    packedFilterBytes = offsets.last! * MemoryLayout<Float>.stride
    workerBytes = sweeps.map(\.bytes).max()!.rounded(upTo: 64)
  }

  var workspaceBytes: Int { workerBytes * pool.count }

  func prepare(filter: UnsafePointer<Float>, into destination: UnsafeMutableRawPointer) {
    let packed = destination.assumingMemoryBound(to: Float.self)
    for (sweep, offset) in zip(sweeps, filterOffsets) { sweep.filter.pack(filter, into: packed + offset, on: pool) }
  }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    let filter =
      packedFilterBytes > 0
      ? operands.packedFilter!.assumingMemoryBound(to: Float.self) : UnsafePointer(operands.filter)
    nonisolated(unsafe) let operands = tensors(operands, filter: filter)
    nonisolated(unsafe) let workspace = workspace
    pool.run { worker in
      for index in sweeps.indices {
        var tensors = operands
        tensors.filter += filterOffsets[index]
        pool.phase(.products, worker) {
          sweeps[index].run(tensors, worker: worker, memory: workspace + worker * workerBytes)
        }
      }
    }
  }

  private func tensors(
    _ operands: ConvolutionOperands, filter: UnsafePointer<Float>
  ) -> CorrelationSweep.Operands {
    switch request.direction {
    case .forward:
      return CorrelationSweep.Operands(
        source: UnsafePointer(operands.input), filter: filter, result: operands.output,
        bias: request.epilogue.bias ? operands.bias : nil,
        residual: request.epilogue.residual ? operands.residual : nil)
    default:
      return CorrelationSweep.Operands(
        source: UnsafePointer(operands.output), filter: filter, result: operands.input,
        reluMask: request.fusions.contains(.reluBackward) ? operands.reluMask : nil)
    }
  }
}
