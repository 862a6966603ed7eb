/// Whether windows, of a pool or a convolution, overhang the image.
public enum WindowPadding: Sendable, Hashable {
  /// Every window is complete; pixels at the bottom and right that fill no window are left out.
  case valid
  /// There are ceil(side / stride) windows in a column or row, centred on the image; where the overhang is odd, the
  /// bottom and right have one pixel more.
  case same
  /// The windows lie on the image with so many pixels around it.
  case explicit(top: Int, bottom: Int, left: Int, right: Int)

  /// As many pixels on every side.
  public static func explicit(_ all: Int) -> Self { .explicit(top: all, bottom: all, left: all, right: all) }

  var vertical: WindowAxis.Padding {
    switch self {
    case .valid: .valid
    case .same: .same
    case .explicit(let top, let bottom, _, _): .explicit(before: top, after: bottom)
    }
  }
  var horizontal: WindowAxis.Padding {
    switch self {
    case .valid: .valid
    case .same: .same
    case .explicit(_, _, let left, let right): .explicit(before: left, after: right)
    }
  }
}

/// A column or row of windows: window i begins at pixel i * stride - before. No window lies outside the image
/// altogether.
public struct WindowAxis: Sendable, Hashable {
  /// Pixels of the image.
  public let input: Int
  /// Windows.
  public let output: Int
  public let size: Int
  public let stride: Int
  /// Pixels by which the first window overhangs the image; less than `size`.
  public let before: Int

  enum Padding { case valid, same, explicit(before: Int, after: Int) }

  init(input: Int, size: Int, stride: Int, _ padding: Padding) {
    self.input = input
    self.size = size
    self.stride = stride
    switch padding {
    case .valid: (output, before) = ((input - size) / stride + 1, 0)
    case .same:
      output = (input - 1) / stride + 1
      before = max((output - 1) * stride + size - input, 0) / 2
    case .explicit(let before, let after):
      output = (input + before + after - size) / stride + 1
      self.before = before
    }
  }

  /// Whether any window reaches beyond the image.
  public var overhangs: Bool { before > 0 || (output - 1) * stride + size > input }

  /// The pixel of the image, perhaps before its first one, at which a window begins.
  @inlinable @inline(__always)
  func start(_ window: Int) -> Int { window * stride - before }

  /// The pixels of a window, counted from its own first one, that lie inside the image.
  @inlinable @inline(__always)
  func inside(_ window: Int) -> Range<Int> {
    let start = start(window)
    return max(-start, 0)..<min(input - start, size)
  }

  /// The windows that reach over `place`, a pixel counted from the first window's beginning.
  @inlinable @inline(__always)
  func windows(over place: Int) -> Range<Int> {
    (place < size ? 0 : (place - size) / stride + 1)..<min(place / stride + 1, output)
  }
}
