/// Depthwise convolution.
public protocol DepthwiseKernels: VectorKernels {
  static func depthwise(_ block: DirectBlock)
  static func depthwiseGradient(_ block: DepthwiseGradientBlock)
}
