/// Depthwise convolution.
public protocol DepthwiseKernels: VectorKernels {
  static func depthwise(_ shape: DepthwiseShape, _ block: DirectBlock)
  static func depthwiseGradient(_ shape: DepthwiseGradientShape, _ block: DepthwiseGradientBlock)
}
