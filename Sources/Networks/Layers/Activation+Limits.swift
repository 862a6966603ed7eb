import Convolution

/// Values are clamped to floor ... ceiling, and gradients go through strictly between them.
extension Activation {
  var floor: Float { self == .none ? -.infinity : 0 }
  var ceiling: Float { self == .relu6 ? 6 : .infinity }
}
