import Kernels
import Tensors

/// One convolution: everything that decides which arithmetic is done, and nothing about how.
///
/// - input:  [batch, height, width, channels]
/// - filter: [kernel height, kernel width, channels / groups, output channels]
/// - output: [batch, output height, output width, output channels]
///
/// Output channels are numbered group by group. A fully connected layer is the 1x1 case on a 1x1 image.
package struct ConvolutionProblem: Hashable, Sendable {
  package var batch: Int
  package var input: ImageShape
  package var outputChannels: Int
  package var kernel: Extent
  package var stride: Extent
  /// Rows and columns of the image from one tap to the next: 1 where taps are neighbours.
  package private(set) var dilation: Extent
  package var padding: Padding
  package var groups: Int

  /// Rows and columns.
  package struct Extent: Hashable, Sendable, ExpressibleByIntegerLiteral {
    package var height: Int
    package var width: Int
    package init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }
    package init(_ both: Int) { self.init(both, both) }
    package init(integerLiteral both: Int) { self.init(both) }
  }

  /// Zeros around the image.
  package struct Padding: Hashable, Sendable {
    package var top: Int
    package var bottom: Int
    package var left: Int
    package var right: Int
    package init(top: Int, bottom: Int, left: Int, right: Int) {
      (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
    }
    package static let none = Padding(top: 0, bottom: 0, left: 0, right: 0)
  }

  package init(
    batch: Int, input: ImageShape, outputChannels: Int, kernel: Extent, stride: Extent = Extent(1),
    dilation: Extent = Extent(1), padding: Padding = .none, groups: Int = 1
  ) {
    self.batch = batch
    self.input = input
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    // A kernel of one tap is the same with every dilation.
    self.dilation = Extent(kernel.height == 1 ? 1 : dilation.height, kernel.width == 1 ? 1 : dilation.width)
    self.padding = padding
    self.groups = groups
  }
}

extension ConvolutionProblem {
  package var output: ImageShape {
    ImageShape(
      height: (input.height + padding.top + padding.bottom - window.height) / stride.height + 1,
      width: (input.width + padding.left + padding.right - window.width) / stride.width + 1,
      channels: outputChannels)
  }
  /// Rows and columns that the taps span.
  package var window: Extent {
    Extent((kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
  }
  package var isDilated: Bool { dilation != Extent(1) }
  package var channelsPerGroup: Int { input.channels / groups }
  package var outputChannelsPerGroup: Int { outputChannels / groups }
  package var isDepthwise: Bool { groups > 1 && channelsPerGroup == 1 }
  package var isPointwise: Bool {
    kernel == Extent(1) && stride == Extent(1) && padding == .none
  }

  package var inputCount: Int { batch * input.count }
  package var outputCount: Int { batch * output.count }
  package var filterCount: Int { kernel.height * kernel.width * channelsPerGroup * outputChannels }

  /// Multiply-adds of the direct algorithm, padding included, in any one direction.
  package var macs: Int { outputCount * kernel.height * kernel.width * channelsPerGroup }
  /// 2 x `macs`: what 'effective' GFLOP/s counts, whatever the algorithm.
  package var flops: Double { 2 * Double(macs) }
  /// Input, filter and output once each, as float32: what every algorithm has to move, in any one direction. Biases are
  /// left out: one float for each output channel.
  package var compulsoryBytes: Int { 4 * (inputCount + filterCount + outputCount) }

  /// Why this is no convolution, or nil.
  package var reasonInvalid: String? {
    let sizes = [batch, input.height, input.width, input.channels, outputChannels, groups]
    if sizes.contains(where: { $0 < 1 }) { return "every size must be at least 1" }
    if min(kernel.height, kernel.width, stride.height, stride.width, dilation.height, dilation.width) < 1 {
      return "kernel, stride and dilation must be at least 1"
    }
    // Each is below 2^25, or the sums below overflow.
    if max(kernel.height, kernel.width, dilation.height, dilation.width) >= 1 << 25 { return "the kernel is too large" }
    if min(padding.top, padding.bottom, padding.left, padding.right) < 0 { return "padding must not be negative" }
    if input.channels % groups != 0 || outputChannels % groups != 0 {
      return "\(groups) groups must divide both \(input.channels) and \(outputChannels) channels"
    }
    if input.height + padding.top + padding.bottom < window.height
      || input.width + padding.left + padding.right < window.width
    {
      return "the kernel is larger than the padded image"
    }
    return isCountable ? nil : "the tensors are too large"
  }

  /// Whether no size of a tensor, nor `macs`, overflows.
  private var isCountable: Bool {
    let input = elementCount([batch, input.height, input.width, input.channels])
    let filter = elementCount([kernel.height, kernel.width, channelsPerGroup, outputChannels])
    let result = elementCount([batch, output.height, output.width, outputChannels])
    guard input != nil, let filter, let result else { return false }
    return !result.multipliedReportingOverflow(by: filter / outputChannels).overflow
  }
}

extension ConvolutionProblem.Padding {
  /// TensorFlow's SAME: ceil(size / stride) outputs, the odd pixel at the bottom and right.
  /// - Parameter window: what the taps span
  package static func same(
    _ input: ImageShape, window: ConvolutionProblem.Extent, stride: ConvolutionProblem.Extent
  ) -> Self {
    func total(_ size: Int, _ window: Int, _ stride: Int) -> Int {
      max((size.dividedRoundingUp(by: stride) - 1) * stride + window - size, 0)
    }
    let vertical = total(input.height, window.height, stride.height)
    let horizontal = total(input.width, window.width, stride.width)
    return Self(
      top: vertical / 2, bottom: vertical - vertical / 2, left: horizontal / 2, right: horizontal - horizontal / 2)
  }
}
