import Convolution
import Kernels
import Tensors

/// Appends layers one after another and carries the shape along, so that a model file names only what it chooses.
package struct LayerBuilder {
  /// Pixels on a side; far beyond any network's input, and small enough that no size overflows.
  package static let largestImage = 4096

  package private(set) var layers: [Layer] = []
  /// Shape of the latest output.
  package private(set) var shape: ImageShape
  /// The first layer for which the image was too small.
  private(set) var emptyLayer: String?
  private(set) var invalidWidth: String?
  private var latest: Int?
  private let widths: [String: Int]

  init(input: ImageShape, widths: [String: Int]) {
    shape = input
    self.widths = widths
  }

  /// A point in the network that a later layer can read.
  package struct Tap {
    fileprivate let layer: Int?
    fileprivate let shape: ImageShape
  }
  package var tap: Tap { Tap(layer: latest, shape: shape) }

  // MARK: Layers

  package mutating func convolution(
    _ name: String, channels: Int, kernel: Int, stride: Int = 1, groups: Int = 1, bias: Bool = true,
    activation: Activation = .none
  ) {
    appendConvolution(
      name, channels: widths[name] ?? channels, kernel: kernel, stride: stride, groups: groups, bias: bias,
      activation: activation)
  }

  /// One filter for each channel; no bias, no activation: batch norm follows.
  package mutating func depthwise(_ name: String, kernel: Int, stride: Int) {
    appendConvolution(
      name, channels: shape.channels, kernel: kernel, stride: stride, groups: shape.channels, bias: false,
      activation: .none)
  }

  /// Batch norm of the convolution just appended, whose name its parameters carry.
  package mutating func batchNormalization(activation: Activation = .none) {
    // Where the first convolution was refused there is none, and the reason is kept.
    guard let latest else { return }
    let convolution = layers[latest].name
    append(
      "\(convolution)/batch_norm", .batchNormalization(parameters: convolution, activation: activation), output: shape)
  }

  /// - Parameter padding: a SAME pool takes images of any size.
  package mutating func maxPool(_ name: String, size: Int, stride: Int, padding: PoolPadding = .valid) {
    guard padding == .same || (shape.height >= size && shape.width >= size) else {
      emptyLayer = emptyLayer ?? name
      return
    }
    guard size <= PoolGeometry.largestSize else {
      let largest = PoolGeometry.largestSize
      invalidWidth =
        invalidWidth ?? "\(name) cannot have a window of \(size)x\(size); use at most \(largest)x\(largest)."
      return
    }
    let pool = PoolGeometry(
      inputHeight: shape.height, inputWidth: shape.width, channels: shape.channels, size: size, stride: stride,
      padding: padding)
    let output = ImageShape(height: pool.outputHeight, width: pool.outputWidth, channels: shape.channels)
    append(name, .maxPool(pool), output: output)
  }

  package mutating func globalAveragePool(_ name: String) {
    append(name, .globalAveragePool, output: ImageShape(height: 1, width: 1, channels: shape.channels))
  }

  package mutating func localResponse(_ name: String, _ response: LocalResponse) {
    append(name, .localResponse(response), output: shape)
  }

  package mutating func fullyConnected(
    _ name: String, units: Int, bias: Bool = true, activation: Activation = .none
  ) {
    let problem = ConvolutionProblem(
      batch: 1, input: ImageShape(height: 1, width: 1, channels: shape.count), outputChannels: widths[name] ?? units,
      kernel: .init(1))
    guard isValid(problem, name) else { return }
    append(name, .fullyConnected(problem, bias: bias, activation: activation), output: problem.output)
  }

  package mutating func dropout(_ name: String, keep: Float) {
    append(name, .dropout(keep: keep), output: shape)
  }

  /// Adds the output at `tap`, of the same shape.
  package mutating func add(_ name: String, _ tap: Tap) {
    guard tap.shape == shape else {
      invalidWidth = invalidWidth ?? "\(name) adds \(tap.shape) to \(shape): the widths of the two branches must agree."
      return
    }
    append(name, .add, from: [latest, tap.layer], output: shape)
  }

  /// Appends a side branch that starts at `tap`; returns its end and goes on where the main branch was.
  package mutating func branch(from tap: Tap, _ build: (inout LayerBuilder) -> Void) -> Tap {
    let main = self.tap
    (latest, shape) = (tap.layer, tap.shape)
    build(&self)
    let end = self.tap
    (latest, shape) = (main.layer, main.shape)
    return end
  }

  // MARK: Appending

  private mutating func appendConvolution(
    _ name: String, channels: Int, kernel: Int, stride: Int, groups: Int, bias: Bool, activation: Activation
  ) {
    let kernel = ConvolutionProblem.Extent(kernel)
    let stride = ConvolutionProblem.Extent(stride)
    let problem = ConvolutionProblem(
      batch: 1, input: shape, outputChannels: channels, kernel: kernel, stride: stride,
      padding: .same(shape, kernel: kernel, stride: stride), groups: groups)
    guard isValid(problem, name) else { return }
    append(name, .convolution(problem, bias: bias, activation: activation), output: problem.output)
  }

  private mutating func isValid(_ problem: ConvolutionProblem, _ name: String) -> Bool {
    guard let reason = problem.reasonInvalid else { return true }
    invalidWidth = invalidWidth ?? "\(name) cannot have \(problem.outputChannels) channels: \(reason)."
    return false
  }

  private mutating func append(
    _ name: String, _ kind: LayerKind, from inputs: [Int?]? = nil, output: ImageShape
  ) {
    guard emptyLayer == nil, invalidWidth == nil else { return }
    layers.append(
      Layer(name: name, kind: kind, inputs: inputs ?? [latest], input: shape, output: output))
    latest = layers.count - 1
    shape = output
  }
}
