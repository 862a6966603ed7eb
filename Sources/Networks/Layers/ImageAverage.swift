import Convolution
import Kernels
import Tensors

/// The global average pool: the mean of every channel over an image's pixels. Workers share channels or pixels, not
/// images, so that a batch of one occupies all of them.
package struct ImageAverage: Sendable {
  private let pixels: Int
  private let channels: Int
  private let context: ExecutionContext

  package init(shape: ImageShape, context: ExecutionContext) {
    pixels = shape.height * shape.width
    channels = shape.channels
    self.context = context
  }

  /// - Parameters:
  ///   - x: [batch, pixels, channels]
  ///   - y: [batch, channels]
  package func forward(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, batch: Int) {
    nonisolated(unsafe) let (x, y) = (x, y)
    context.pool.split(batch * channels, grain: 64) { range in
      var first = range.lowerBound
      while first < range.upperBound {
        let image = first / channels
        let end = min((image + 1) * channels, range.upperBound)
        context.kernels.averagePool(
          x + (image * pixels * channels + first % channels), into: y + first, pixels: pixels, step: channels,
          channels: end - first)
        first = end
      }
    }
  }

  /// Every pixel gets the same share of its image's gradient.
  package func gradient(_ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, batch: Int) {
    nonisolated(unsafe) let (dy, dx) = (dy, dx)
    context.pool.split(batch * pixels) { range in
      var first = range.lowerBound
      while first < range.upperBound {
        let image = first / pixels
        let end = min((image + 1) * pixels, range.upperBound)
        context.kernels.averagePoolGradient(
          dy + image * channels, into: dx + first * channels, pixels: end - first, scale: 1 / Float(pixels),
          channels: channels)
        first = end
      }
    }
  }
}
