import Tensors

/// The outcome of comparing a plan with the reference.
package struct Verification: Sendable {
  package let request: ConvolutionRequest
  package let backend: String
  package let error: RelativeError
  package let tolerance: Tolerance
  /// Elements compared, of how many.
  package let compared: Int
  package let total: Int
  /// What the plan did wrong, each as a part of a sentence; empty where it did nothing.
  package let findings: [String]

  package var passed: Bool { findings.isEmpty && tolerance.admits(error) }
}

extension Verification: CustomStringConvertible {
  package var description: String {
    let found = findings.isEmpty ? "" : findings.joined(separator: "; ") + "; "
    return "\(backend) \(request.direction) \(request.problem)\(request.epilogue): \(found)\(error) (allowed: max "
      + "\(tolerance.max), L2 \(tolerance.relativeL2)); \(compared) of \(total) values compared"
  }
}

extension Epilogue: CustomStringConvertible {
  /// What follows a convolution, such as ` + bias + relu`; empty where nothing does.
  package var description: String {
    let parts = [bias ? "bias" : nil, residual ? "residual" : nil, activation == .none ? nil : activation.rawValue]
    return parts.compactMap { $0.map { " + \($0)" } }.joined()
  }
}
