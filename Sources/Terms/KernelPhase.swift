/// What a thread does in a part of an operation. The raw value is the name in stored results.
///
/// The phases of a thread do not overlap, so their times add up.
package enum KernelPhase: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable, CustomStringConvertible {
  // Winograd.
  case filterTransform = "filter_transform"
  case inputTransform = "input_transform"
  case outputTransform = "output_transform"
  case outputGradientTransform = "output_gradient_transform"
  case filterGradientTransform = "filter_gradient_transform"

  // All convolutions and fully connected layers.
  /// A filter, an input or a gradient is copied into the order in which a kernel reads it.
  case packing
  /// Multiplications and additions of our own kernels, with an epilogue where the kernel applies it in registers.
  case products
  /// im2col: the patches of an input become rows of a matrix.
  case columns
  case sgemm
  /// Bias, residual and activation where they are a pass of their own.
  case epilogue
  /// Partial sums of several workers or image groups are added up.
  case reduction

  /// A tensor is copied into the layout that a back end of a shared library takes, or back.
  case reorder

  // The stages of an inverted residual block.
  case expansion, depthwise, projection

  // Other layers, in either direction.
  case pooling
  case averagePooling = "average_pooling"
  case localResponse = "local_response"
  case statistics
  case normalization
  case dropout, addition, activation, concatenation
  case reluBackward = "relu_backward"
  case softmax, loss, copy, update

  /// For people: `input transform`, `ReLU backward`.
  package var description: String {
    switch self {
    case .reluBackward: "ReLU backward"
    case .columns: "columns (im2col)"
    default: String(rawValue.map { $0 == "_" ? " " : $0 })
    }
  }
}
