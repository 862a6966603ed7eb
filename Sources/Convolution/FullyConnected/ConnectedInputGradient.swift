import Kernels
import Tensors
import Threads

/// Fully connected, input gradient: dx = dy W^T. Each worker owns rows of the weights, read once, as they are: a dot
/// product with every image's gradient.
final class ConnectedInputGradient: ConvolutionPlan {
  let problem: ConvolutionProblem
  let algorithm = "fully connected"
  private let appliesReluBackward: Bool
  private let pool: ThreadPool
  private let kernels: any KernelSet.Type
  private let shape: ConnectedShape

  init(_ request: ConvolutionRequest, in context: ExecutionContext) {
    problem = request.problem
    appliesReluBackward = request.fusions.contains(.reluBackward)
    pool = context.pool
    kernels = context.kernels
    shape = ConnectedShape(inputs: problem.input.channels, outputs: problem.outputChannels, batch: problem.batch)
  }

  // MARK: Workspace: [packed dy], [worker: vector sums, results before they are written image by image]

  private var packedFloats: Int { problem.outputCount.rounded(upTo: 16) }
  private var sumFloats: Int { kernels.connectedGradientFloats(batch: problem.batch).rounded(upTo: 16) }
  private var resultFloats: Int { (connectedGradientBlockRows * problem.batch).rounded(upTo: 16) }
  var workspaceBytes: Int {
    (packedFloats + pool.count * (sumFloats + resultFloats)) * MemoryLayout<Float>.stride
  }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let operands = operands
    nonisolated(unsafe) let packed = workspace.assumingMemoryBound(to: Float.self)
    let mostOutputs = connectedGradientBlockOutputs(batch: problem.batch)
    let blocks = problem.outputChannels.dividedRoundingUp(by: mostOutputs)
    pool.split(blocks, as: .packing) { range in
      kernels.packOutputGradient(
        UnsafePointer(operands.output), batch: problem.batch, outputs: problem.outputChannels, blocks: range,
        packed: packed)
    }
    pool.run { worker in
      let share = pool.share(of: problem.input.channels, grain: 3, worker: worker)
      let sums = packed + (packedFloats + worker * (sumFloats + resultFloats))
      let results = sums + sumFloats
      pool.phase(.products, worker) {
        for first in stride(from: share.lowerBound, to: share.upperBound, by: connectedGradientBlockRows) {
          let rows = first..<min(first + connectedGradientBlockRows, share.upperBound)
          kernels.connectedInputGradient(
            shape, weights: operands.filter, rows: rows, dy: packed, sums: sums, result: results)
          write(rows, results, operands)
        }
      }
    }
  }

  private func write(_ rows: Range<Int>, _ sums: UnsafeMutablePointer<Float>, _ operands: ConvolutionOperands) {
    for image in 0..<problem.batch {
      let first = image * problem.input.channels + rows.lowerBound
      let result = operands.input + first
      for row in 0..<rows.count {
        let value = sums[row * problem.batch + image]
        if appliesReluBackward, let reluMask = operands.reluMask {
          result[row] = reluMask[first + row] > 0 ? value : 0
        } else {
          result[row] = value
        }
      }
    }
  }
}
