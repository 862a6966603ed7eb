/// The tensors of one run. The direction says which of the first three is written; the others are read.
package struct ConvolutionOperands {
  /// [batch, height, width, channels]: the input, or its gradient.
  package var input: UnsafeMutablePointer<Float>
  /// [kernel height, kernel width, channels / groups, output channels]: the filter, or its gradient.
  package var filter: UnsafeMutablePointer<Float>
  /// [batch, output height, output width, output channels]: the output, or its gradient. With `Fusions.maxPool`:
  /// [batch, output height / 2, output width / 2, output channels].
  package var output: UnsafeMutablePointer<Float>
  /// What `prepare` wrote; required where `packedFilterBytes` is not 0.
  package var packedFilter: UnsafeRawPointer?
  /// [output channels], for a forward plan whose epilogue has a bias.
  package var bias: UnsafePointer<Float>?
  /// Shaped like the output, for a forward plan whose epilogue adds a residual. May be the output itself.
  package var residual: UnsafePointer<Float>?
  /// Shaped like the pooled output, for `Fusions.maxPool`: which of a window's four values won, y * 2 + x, the first of
  /// equals, or 4 where ReLU closed it. Written forward where not nil (training), read by both gradients.
  package var argmax: UnsafeMutablePointer<UInt8>?
  /// Shaped like the input, for `Fusions.reluBackward`: the activation that the layer below stored. May be the input
  /// gradient itself, which is then written over it.
  package var reluMask: UnsafePointer<Float>?
  /// [output channels], written by a filter gradient with `Fusions.biasGradient`.
  package var biasGradient: UnsafeMutablePointer<Float>?

  package init(
    input: UnsafeMutablePointer<Float>, filter: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    self.filter = filter
    self.output = output
  }
}
