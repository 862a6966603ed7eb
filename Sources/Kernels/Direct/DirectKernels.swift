/// Direct convolution.
public protocol DirectKernels: VectorKernels {
  static func direct(_ shape: DirectShape, _ block: DirectBlock)
  static func directGradient(_ shape: DirectGradientShape, _ block: DirectGradientBlock)
  static func packGradient(_ packing: GradientPacking)
  static func addParts(_ parts: Source, count: Int, step: Int, parts number: Int, destination: Destination)
}
