import Convolution
import Kernels
import Tensors

/// Layers without parameters.
extension LayerBuilder {
  /// - Parameters:
  ///   - size: at most 256 pixels
  ///   - padding: pixels outside the image are absent, so that none of them is ever the maximum
  package mutating func maxPool(_ name: String, size: Extent, stride: Extent, padding: WindowPadding = .valid) {
    let largest = PoolGeometry.largestMaxPool
    guard size.height <= largest, size.width <= largest, size.height * size.width <= largest else {
      return refuse(
        "\(name) cannot have a window of \(size.height)x\(size.width); use at most \(largest) pixels, such as 16x16.")
    }
    guard let pool = windows(name, size, stride, padding) else { return }
    append(name, .maxPool(pool), output: pool.output)
  }

  /// - Parameter countsPadding: whether pixels outside the image count as zeros. If not, as in TensorFlow, the mean is
  ///   over the pixels inside.
  package mutating func averagePool(
    _ name: String, size: Extent, stride: Extent, padding: WindowPadding = .valid, countsPadding: Bool = false
  ) {
    guard let pool = windows(name, size, stride, padding) else { return }
    append(name, .averagePool(AveragePool(pool, countsPadding: countsPadding)), output: pool.output)
  }

  package mutating func globalAveragePool(_ name: String) {
    append(name, .globalAveragePool, output: ImageShape(height: 1, width: 1, channels: shape.channels))
  }

  package mutating func localResponse(_ name: String, _ response: LocalResponse) {
    guard response.radius >= 0 else { return refuse("\(name) needs a radius of at least 0.") }
    append(name, .localResponse(response), output: shape)
  }

  /// - Parameter keep: the part of the values that a step keeps, above 0
  package mutating func dropout(_ name: String, keep: Float) {
    guard keep > 0, keep <= 1 else { return refuse("\(name) cannot keep \(keep); use a number above 0, at most 1.") }
    append(name, .dropout(keep: keep), output: shape)
  }

  /// An activation by itself. Behind a convolution, a fully connected layer, a batch norm or a sum, it costs less as
  /// theirs: gradients need one pass over memory less.
  package mutating func activation(_ name: String, _ activation: Activation) {
    append(name, .activation(activation), output: shape)
  }

  /// Adds the output at `tap`, of the same shape.
  package mutating func add(_ name: String, _ tap: Tap, activation: Activation = .none) {
    guard tap.shape == shape else {
      return refuse("\(name) adds \(tap.shape) to \(shape): the widths of the two branches must agree.")
    }
    append(name, .add(activation: activation), from: [self.tap, tap], output: shape)
  }

  /// The channels at each of `taps`, in order, as one image; the latest output is among them only if it is named.
  package mutating func concatenate(_ name: String, _ taps: [Tap]) {
    let shapes = taps.map(\.shape)
    guard let first = shapes.first else { return refuse("\(name) concatenates nothing; name the branches.") }
    if let other = shapes.first(where: { ($0.height, $0.width) != (first.height, first.width) }) {
      return refuse("\(name) concatenates \(other) with \(first): heights and widths must agree.")
    }
    let channels = shapes.reduce(0) { $0 + $1.channels }
    append(
      name, .concatenation, from: taps, output: ImageShape(height: first.height, width: first.width, channels: channels)
    )
  }

  /// The windows of a pool; nil where the layer is refused.
  private mutating func windows(
    _ name: String, _ size: Extent, _ stride: Extent, _ padding: WindowPadding
  ) -> PoolGeometry? {
    guard min(size.height, size.width, stride.height, stride.width) > 0 else {
      refuse("\(name) needs a window and a stride of at least 1.")
      return nil
    }
    var (rows, columns) = (shape.height, shape.width)
    if case .explicit(let top, let bottom, let left, let right) = padding {
      guard min(top, bottom, left, right) >= 0, max(top, bottom) < size.height, max(left, right) < size.width else {
        refuse("\(name) needs a padding that is smaller than its window, so that no window lies outside the image.")
        return nil
      }
      (rows, columns) = (rows + top + bottom, columns + left + right)
    }
    guard padding == .same || (rows >= size.height && columns >= size.width) else {
      refuseImage(for: name)
      return nil
    }
    return PoolGeometry(
      inputHeight: shape.height, inputWidth: shape.width, channels: shape.channels, size: (size.height, size.width),
      stride: (stride.height, stride.width), padding: padding)
  }
}

extension PoolGeometry {
  fileprivate var output: ImageShape { ImageShape(height: outputHeight, width: outputWidth, channels: channels) }
}
