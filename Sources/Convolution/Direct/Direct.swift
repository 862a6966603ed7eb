import Tensors
import Terms

/// Convolution by its definition, in register tiles and without a column buffer: an implicit matrix product.
///
/// Takes every problem without dilation in every direction, and does the definition's multiplications, so it is also the
/// exact choice.
/// Every output and every input gradient of a convolution is one chain of multiply-adds; filter gradients and fully
/// connected layers add up parts where that is faster.
package struct Direct: ConvolutionBackend {
  private let policy: CachePolicy

  package init(caches: CacheSizes = .current) { policy = CachePolicy(caches) }
  package let name = "direct"
  package let summary = "implicit matrix product in register tiles, no column buffer; takes all but dilated problems"

  package func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? {
    problem.isDilated ? "direct reads taps that are neighbours; this layer is dilated." : nil
  }

  package func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
    .direct(problem, direction)
  }

  package func fusions(_ problem: ConvolutionProblem, _ direction: Direction) -> Fusions {
    switch direction {
    case .forward: []
    case .inputGradient: .reluBackward
    case .filterGradient: .biasGradient
    }
  }

  package func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
    if request.problem.isFullyConnected {
      return switch request.direction {
      case .forward: ConnectedForward(request, in: context)
      case .inputGradient: ConnectedInputGradient(request, in: context)
      case .filterGradient: ConnectedFilterGradient(request, policy: policy, in: context)
      }
    }
    return switch request.direction {
    case .forward, .inputGradient: DirectPlan(request, policy: policy, in: context)
    case .filterGradient: DirectFilterGradient(request, in: context)
    }
  }

  package func plan(_ chain: ConvolutionChain, in context: ExecutionContext) -> (any ConvolutionChainPlan)? {
    guard let block = InvertedResidual(chain) else { return nil }
    let plan = InvertedResidualPlan(block, policy: policy, in: context)
    return plan.pays ? plan : nil
  }

  package func plan(
    expansion: ConvolutionRequest, depthwise: ConvolutionRequest, in context: ExecutionContext
  ) -> ExpandedDepthwisePlan? {
    ExpandedDepthwise(expansion: expansion, depthwise: depthwise).map { ExpandedDepthwisePlan($0, in: context) }
  }
}
