import CBenchBackend
import Tensors
import Terms
import Threads

/// The order of the floats of an image tensor that a back end of a shared library takes.
///
/// Every layout is [images][channels / block][height][width][block]: NHWC has one block of all channels, NCHW blocks of
/// one. The last block is filled up with zeros.
struct TensorLayout: Equatable, Sendable {
  /// Channels of a block; nil for NHWC, which is the layout of everything here.
  private let block: Int?

  static let nhwc = TensorLayout(block: nil)

  private init(block: Int?) { self.block = block }

  /// Nil for a number that is no layout of this version.
  init?(_ number: Int32) {
    switch Int(number) {
    case BENCH_NHWC: block = nil
    case BENCH_NCHW: block = 1
    case BENCH_NCHW8C: block = 8
    case BENCH_NCHW16C: block = 16
    default: return nil
    }
  }

  var isReordered: Bool { block != nil }

  /// Elements of a tensor, those that fill the last block up included.
  func count(_ images: Int, _ shape: ImageShape) -> Int {
    guard let block else { return images * shape.count }
    return images * shape.height * shape.width * shape.channels.rounded(upTo: block)
  }

  /// Copies an NHWC tensor into this layout.
  func reorder<Element: ExpressibleByIntegerLiteral>(
    from source: UnsafePointer<Element>, into destination: UnsafeMutablePointer<Element>, _ images: Int,
    _ shape: ImageShape, on pool: ThreadPool
  ) {
    nonisolated(unsafe) let (source, destination) = (source, destination)
    forEachLine(images, shape, on: pool) { line in
      for x in 0..<shape.width {
        let from = source + (line.pixel + x) * shape.channels + line.firstChannel
        let to = destination + line.offset + x * line.pixelStep
        for channel in 0..<line.channels { to[channel * line.channelStep] = from[channel] }
        for channel in line.channels..<line.allChannels { to[channel * line.channelStep] = 0 }
      }
    }
  }

  /// Copies a tensor in this layout into an NHWC tensor.
  func restore<Element>(
    from source: UnsafePointer<Element>, into destination: UnsafeMutablePointer<Element>, _ images: Int,
    _ shape: ImageShape, on pool: ThreadPool
  ) {
    nonisolated(unsafe) let (source, destination) = (source, destination)
    forEachLine(images, shape, on: pool) { line in
      for x in 0..<shape.width {
        let from = source + line.offset + x * line.pixelStep
        let to = destination + (line.pixel + x) * shape.channels + line.firstChannel
        for channel in 0..<line.channels { to[channel] = from[channel * line.channelStep] }
      }
    }
  }

  /// Some channels of a row of pixels.
  private struct Line {
    /// The first one's number in the tensor.
    let pixel: Int
    let firstChannel: Int
    let channels: Int
    /// With those that fill the block up.
    let allChannels: Int
    /// Of the first channel of the first pixel, in this layout.
    let offset: Int
    let pixelStep: Int
    let channelStep: Int
  }

  /// Calls `body` for every row and every block of channels, of NCHW for 16 channels at a time: so many lines of the
  /// cache are read as a whole.
  private func forEachLine(_ images: Int, _ shape: ImageShape, on pool: ThreadPool, _ body: (Line) -> Void) {
    guard let block else { return }
    let (group, pixels) = (block == 1 ? 16 : block, shape.height * shape.width)
    let groups = shape.channels.dividedRoundingUp(by: group)
    pool.split(images * groups * shape.height, as: .reorder) { range in
      for index in range {
        let (rest, y) = index.quotientAndRemainder(dividingBy: shape.height)
        let (image, number) = rest.quotientAndRemainder(dividingBy: groups)
        let channels = min(group, shape.channels - number * group)
        let plane = (image * shape.channels.rounded(upTo: block) + number * group) * pixels
        body(
          Line(
            pixel: image * pixels + y * shape.width, firstChannel: number * group, channels: channels,
            allChannels: block == 1 ? channels : block, offset: plane + y * shape.width * block, pixelStep: block,
            channelStep: block == 1 ? pixels : 1))
      }
    }
  }
}
