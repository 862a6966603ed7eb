import Tensors

/// Batch norm of a 1x1 convolution z = x W without a pass over z, from the means m and the covariance C of the input's
/// channels.
///
/// Forward: mean(z) = m W and var(z)[k] = W[:, k]' C W[:, k], so the norm becomes part of the filter, W s, and of the
/// bias, with s = gamma / deviation. Backward, from g, the gradient of the norm's output, with n pixels: R = x' g is
/// the filter gradient of a convolution with g, and
///
///     dbeta = sum(g)          dgamma[k] = (W[:, k] . R[:, k] - mean(z)[k] dbeta[k]) / deviation[k]
///     dW = s (R - m dbeta - C W dgamma / deviation)
///     dx = g (W s)' + x M + b,  M = -W diag(s dgamma / (n deviation)) W',  b = -(m M + (W s) dbeta / n)
///
/// This type holds the products that need more than a loop. All of them are of the channels' size.
package struct PointwiseMoments: Sendable {
  /// Pixels of the batch.
  package let rows: Int
  package let channels: Int
  package let outputs: Int
  package let covariance: ColumnCovariance
  private let product: any ConvolutionPlan
  private let curvature: any ConvolutionPlan
  /// dx = x M + b + dx: a convolution with M as its filter, for a micro-batch.
  package let correction: any ConvolutionPlan

  /// - Parameters:
  ///   - problem: 1x1, of the whole batch
  ///   - images: a micro-batch of the backward pass
  package init(_ problem: ConvolutionProblem, images: Int, in context: ExecutionContext) {
    rows = problem.batch * problem.input.height * problem.input.width
    (channels, outputs) = (problem.input.channels, problem.outputChannels)
    covariance = ColumnCovariance(rows: rows, columns: channels, in: context)
    // Matrices of the filter's size, whose rows are the pixels of one image.
    let square = ConvolutionProblem(
      batch: 1, input: ImageShape(height: channels, width: 1, channels: channels), outputChannels: outputs,
      kernel: .init(1))
    product = Direct().plan(ConvolutionRequest(square, .forward), in: context)
    curvature = Direct().plan(ConvolutionRequest(square, .inputGradient), in: context)
    var corrected = problem
    (corrected.batch, corrected.outputChannels) = (images, channels)
    correction = Direct().plan(
      ConvolutionRequest(corrected, .forward, epilogue: Epilogue(bias: true, residual: true)), in: context)
  }

  /// Scratch memory of each of the products.
  package var workspaceBytes: Int {
    [product, curvature].map { $0.workspaceBytes.rounded(upTo: 64) + $0.packedFilterBytes }.max()!
  }

  /// C W: [channels, outputs].
  package func multiply(
    covariance: UnsafeMutablePointer<Float>, filter: UnsafeMutablePointer<Float>,
    into product: UnsafeMutablePointer<Float>, workspace: UnsafeMutableRawPointer
  ) {
    run(
      self.product, ConvolutionOperands(input: covariance, filter: filter, output: product), workspace: workspace)
  }

  /// V W', the same from both sides where V = W D with a diagonal D: [channels, channels].
  package func multiply(
    _ scaled: UnsafeMutablePointer<Float>, transposed filter: UnsafeMutablePointer<Float>,
    into curvature: UnsafeMutablePointer<Float>, workspace: UnsafeMutableRawPointer
  ) {
    run(
      self.curvature, ConvolutionOperands(input: curvature, filter: filter, output: scaled), workspace: workspace)
  }

  private func run(
    _ plan: any ConvolutionPlan, _ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer
  ) {
    var operands = operands
    if plan.packedFilterBytes > 0 {
      let packed = workspace + plan.workspaceBytes.rounded(upTo: 64)
      plan.prepare(filter: operands.filter, into: packed)
      operands.packedFilter = UnsafeRawPointer(packed)
    }
    plan.run(operands, workspace: workspace)
  }
}
