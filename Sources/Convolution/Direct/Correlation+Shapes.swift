import Kernels

extension Correlation {
  /// The shape of its blocks for the direct kernel.
  /// - Parameter pixelPitch: floats from one pixel of the source, as the kernel reads it, to the next
  func directShape(pixelPitch: Int, activation: Activation) -> DirectShape {
    let isContiguous = pixelPitch == channels
    return DirectShape(
      lines: lineShape(pixelPitch: pixelPitch), segments: isContiguous ? 1 : kernel.width, segmentStep: pixelPitch,
      segmentLength: isContiguous ? kernel.width * channels : channels, output: outputShape(activation))
  }

  /// The shape of its blocks for the depthwise kernel.
  /// - Parameters:
  ///   - pixelPitch: floats from one pixel of the source, as the kernel reads it, to the next
  ///   - filterWidth: taps in a row of the filter, of which the correlation may take some
  ///   - clips: whether the first pixel's first column, and the last one's last, lies outside the source
  func depthwiseShape(
    pixelPitch: Int, filterWidth: Int, clips: (left: Bool, right: Bool), activation: Activation
  ) -> DepthwiseShape {
    DepthwiseShape(
      lines: lineShape(pixelPitch: pixelPitch), taps: kernel.width, tapStep: pixelPitch,
      filterRowStep: tapStep.height * filterWidth * outputs, filterTapStep: tapStep.width * outputs,
      clipsLeft: clips.left, clipsRight: clips.right, output: outputShape(activation))
  }

  func lineShape(pixelPitch: Int) -> LineShape {
    LineShape(
      imageHeight: source.height, kernelHeight: kernel.height, stride: stride.height, top: top,
      pixelStep: stride.width * pixelPitch, width: result.width)
  }

  private func outputShape(_ activation: Activation) -> TileOutputShape {
    TileOutputShape(
      channels: outputs, pixelStep: resultPixelStep, lineStep: resultLineStep, clampsBelow: activation != .none,
      clampsAbove: activation == .relu6)
  }
}
