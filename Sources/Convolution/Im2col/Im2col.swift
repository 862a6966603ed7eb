import Tensors
import Terms

/// Convolution as matrix products through OpenBLAS, a tile of columns at a time.
///
/// The workspace stays under 64 MiB at every batch size. Each worker calls a single-threaded sgemm on tiles of its own:
/// OpenBLAS's own threads would spin against the pool's, and the result would depend on how it splits.
package struct Im2col: ConvolutionBackend {
  package init() {}
  package let name = "im2col"
  package var summary: String {
    "columns of input patches, multiplied by OpenBLAS" + (OpenBLAS.version.map { " \($0)" } ?? "")
  }

  package var reasonUnavailable: String? { OpenBLAS.reasonUnavailable }

  package func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? {
    problem.isDepthwise
      ? "im2col needs more than one channel in a group; a depthwise convolution has no matrix product in it." : nil
  }

  package func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
    .direct(problem, direction)
  }

  package func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
    switch request.direction {
    case .forward: Im2colForward(request.problem, epilogue: request.epilogue, pool: context.pool)
    case .inputGradient: Im2colInputGradient(request.problem, pool: context.pool)
    case .filterGradient: Im2colFilterGradient(request.problem, pool: context.pool)
    }
  }
}
