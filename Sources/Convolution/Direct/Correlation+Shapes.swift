import Kernels

extension DirectBlock {
  /// What all blocks of a correlation have in common.
  mutating func describe(_ correlation: Correlation, _ source: SourceRows, filterWidth: Int) {
    describe(correlation, pixelPitch: source.pixelPitch, filterWidth: filterWidth)
    clipsLeft = source.clipsLeft
    clipsRight = source.clipsRight
  }

  /// - Parameters:
  ///   - pixelPitch: floats from one pixel of the source to the next
  ///   - filterWidth: of a depthwise filter, which is read as it is
  mutating func describe(_ correlation: Correlation, pixelPitch: Int, filterWidth: Int) {
    let isContiguous = pixelPitch == correlation.channels && !correlation.isDepthwise
    let rowDepth = correlation.kernel.width * correlation.channels
    inputHeight = correlation.source.height
    pixelStep = correlation.stride.width * pixelPitch
    segments = isContiguous ? 1 : correlation.kernel.width
    segmentStep = pixelPitch
    segmentLength = isContiguous ? rowDepth : correlation.channels
    kernelHeight = correlation.kernel.height
    strideHeight = correlation.stride.height
    top = correlation.top
    outputLineStep = correlation.resultLineStep
    outputPixelStep = correlation.resultPixelStep
    outputs = correlation.outputs
    width = correlation.result.width
    filterRowStep = correlation.tapStep.height * filterWidth * correlation.outputs
    filterTapStep = correlation.tapStep.width * correlation.outputs
  }

  mutating func describe(_ activation: Activation) {
    clampsBelow = activation != .none
    clampsAbove = activation == .relu6
  }
}
