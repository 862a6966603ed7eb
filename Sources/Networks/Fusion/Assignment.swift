import Convolution

/// Which back end and algorithm runs a layer in a direction.
package struct Assignment: Sendable {
  package let layer: String
  package let isConvolution: Bool
  /// The layer's, of the whole batch.
  package let problem: ConvolutionProblem
  /// What the plan was made for: perhaps a micro-batch.
  package let request: ConvolutionRequest
  package let backend: String
  package let algorithm: String
  /// Why it is not the back end that was asked for.
  package let refusal: String?
  /// Of a chain's plan, on its first convolution.
  package let workspaceBytes: Int
  /// The chain that is verified with it: on the first of the convolutions that one plan computes.
  package var chain: ConvolutionChain?
  /// The depthwise convolution that runs with this one in all directions, forward: on the first of the two.
  package var depthwise: ConvolutionRequest?
  /// Nil where another plan of the group runs instead.
  let plan: (any ConvolutionPlan)?
}
