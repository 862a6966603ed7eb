/// What one step computes.
package enum Pass: String, CaseIterable, Sendable {
  /// Logits, softmax, argmax; constant weights, moving statistics, no dropout.
  case forward
  /// Gradients of l2_loss(logits) with respect to every parameter; batch statistics, dropout.
  case forwardBackward = "forward-backward"
  /// Forward-backward and an update of every parameter by gradient descent with momentum.
  case train

  package var hasGradients: Bool { self != .forward }

  /// 2 x multiply-adds of a step. Backward costs two products for each forward one, but nobody asks for the gradient
  /// of the input.
  package func flops(_ layers: [Layer], batch: Int) -> Double {
    let forward = 2 * Double(layers.macs) * Double(batch)
    guard hasGradients, let first = layers.first(where: { $0.problem != nil }) else { return forward }
    return 3 * forward - 2 * Double(first.macs) * Double(batch)
  }
}
