import Convolution
import Kernels
import Tensors

/// Layers with parameters.
extension LayerBuilder {
  package mutating func convolution(
    _ name: String, channels: Int, kernel: Extent, stride: Extent = 1, dilation: Extent = 1,
    padding: WindowPadding = .same,
    groups: Int = 1, bias: Bool = true, activation: Activation = .none
  ) {
    appendConvolution(
      name, channels: width(name, channels), kernel: kernel, stride: stride, dilation: dilation, padding: padding,
      groups: groups, bias: bias, activation: activation)
  }

  /// One filter for each channel. Neither bias nor activation by default: batch norm follows.
  package mutating func depthwise(
    _ name: String, kernel: Extent, stride: Extent, padding: WindowPadding = .same, bias: Bool = false,
    activation: Activation = .none
  ) {
    appendConvolution(
      name, channels: shape.channels, kernel: kernel, stride: stride, padding: padding, groups: shape.channels,
      bias: bias, activation: activation)
  }

  package mutating func fullyConnected(
    _ name: String, units: Int, bias: Bool = true, activation: Activation = .none
  ) {
    let problem = ConvolutionProblem(
      batch: 1, input: ImageShape(height: 1, width: 1, channels: shape.count), outputChannels: width(name, units),
      kernel: 1)
    guard isValid(problem, name) else { return }
    append(name, .fullyConnected(problem, bias: bias, activation: activation), output: problem.output)
  }

  /// Batch norm of each channel of the layer just appended.
  ///
  /// - Parameter name: the layer's, which its parameters carry. Without one, they carry the name of the layer before it:
  ///   `conv1/gamma`.
  package mutating func batchNormalization(_ name: String? = nil, activation: Activation = .none) {
    if let name { return append(name, .batchNormalization(parameters: name, activation: activation), output: shape) }
    guard let before = latestName else {
      return refuse("A batch norm of the network's input needs a name.")
    }
    append("\(before)/batch_norm", .batchNormalization(parameters: before, activation: activation), output: shape)
  }

  private mutating func appendConvolution(
    _ name: String, channels: Int, kernel: Extent, stride: Extent, dilation: Extent = 1, padding: WindowPadding,
    groups: Int, bias: Bool, activation: Activation
  ) {
    guard min(kernel.height, kernel.width, stride.height, stride.width, dilation.height, dilation.width) > 0 else {
      return refuse("\(name) needs a kernel, a stride and a dilation of at least 1.")
    }
    var problem = ConvolutionProblem(
      batch: 1, input: shape, outputChannels: channels, kernel: kernel, stride: stride, dilation: dilation,
      groups: groups)
    switch padding {
    case .valid: break
    case .same: problem.padding = .same(shape, window: problem.window, stride: stride)
    case .explicit(let top, let bottom, let left, let right):
      problem.padding = .init(top: top, bottom: bottom, left: left, right: right)
    }
    let (height, width) = (problem.input.height, problem.input.width)
    if height + problem.padding.top + problem.padding.bottom < problem.window.height
      || width + problem.padding.left + problem.padding.right < problem.window.width
    {
      return refuseImage(for: name)
    }
    guard isValid(problem, name) else { return }
    append(name, .convolution(problem, bias: bias, activation: activation), output: problem.output)
  }
}
