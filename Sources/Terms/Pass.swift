/// What one step of a network computes. The raw value is the name on the command line and in stored results.
package enum Pass: String, Codable, CaseIterable, Sendable {
  /// Logits, softmax, argmax; constant weights, moving statistics, no dropout.
  case forward
  /// Gradients of l2_loss(logits) with respect to every parameter; batch statistics, dropout.
  case forwardBackward = "forward-backward"
  /// Forward-backward and an update of every parameter by gradient descent with momentum.
  case train

  package var hasGradients: Bool { self != .forward }
}
