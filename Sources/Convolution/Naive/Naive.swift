import Tensors
import Terms
import Threads

/// The readable reference: nested loops, double accumulator, any problem.
package struct Naive: ConvolutionBackend {
  package init() {}
  package let name = "naive"
  package let summary = "nested loops, accumulated in double: the reference"

  package func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? { nil }

  package func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
    Tolerance(max: 2e-7, relativeL2: 1e-7, because: "the double sum is rounded to single precision once")
  }

  package func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
    NaivePlan(request, pool: context.pool)
  }
}

final class NaivePlan: ConvolutionPlan {
  let request: ConvolutionRequest
  let pool: ThreadPool
  let algorithm = "definition"
  let workspaceBytes = 0

  init(_ request: ConvolutionRequest, pool: ThreadPool) {
    self.request = request
    self.pool = pool
  }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    let reference = Reference(problem: request.problem, operands: operands)
    nonisolated(unsafe) let result = operands.result(of: request.direction)
    pool.split(request.problem.resultCount(request.direction), as: .products) { range in
      for index in range {
        result[index] = Float(reference.element(index, of: request.direction, epilogue: request.epilogue))
      }
    }
  }
}

extension ConvolutionOperands {
  /// The tensor that `direction` writes.
  func result(of direction: Direction) -> UnsafeMutablePointer<Float> {
    switch direction {
    case .forward: output
    case .inputGradient: input
    case .filterGradient: filter
    }
  }
}
