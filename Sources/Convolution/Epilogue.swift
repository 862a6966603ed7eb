/// The nonlinearity behind a layer.
package enum Activation: String, Sendable, Hashable, CaseIterable {
  case none
  case relu
  case relu6

  @inlinable @inline(__always)
  package func callAsFunction(_ value: Float) -> Float {
    switch self {
    case .none: value
    // In this order a NaN stays a NaN.
    case .relu: value < 0 ? 0 : value
    case .relu6: value < 0 ? 0 : value > 6 ? 6 : value
    }
  }
}

/// What a forward plan does to a value before it stores it: activation(value + bias + residual).
package struct Epilogue: Sendable, Hashable {
  package var bias: Bool
  package var residual: Bool
  package var activation: Activation

  package init(bias: Bool = false, residual: Bool = false, activation: Activation = .none) {
    self.bias = bias
    self.residual = residual
    self.activation = activation
  }
  package static let none = Epilogue()

  /// Does the same to one pixel's channels, for back ends that do not fuse it: `output` is read and written.
  @inline(__always)
  func apply(
    to output: UnsafeMutablePointer<Float>, bias biases: UnsafePointer<Float>?,
    residual residuals: UnsafePointer<Float>?, count: Int
  ) {
    if bias, let biases { for channel in 0..<count { output[channel] += biases[channel] } }
    if residual, let residuals { for channel in 0..<count { output[channel] += residuals[channel] } }
    if activation != .none { for channel in 0..<count { output[channel] = activation(output[channel]) } }
  }
}

extension Activation {
  /// The range that it clamps values to.
  package var bounds: ClosedRange<Float> {
    switch self {
    case .none: -Float.infinity...Float.infinity
    case .relu: 0...Float.infinity
    case .relu6: 0...6
    }
  }
}
