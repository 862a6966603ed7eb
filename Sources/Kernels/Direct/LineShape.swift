/// How the lines of a result lie over the rows of an image; the same for all blocks of a plan.
///
/// A line is one output row. Its kernel row r reads image row line * `stride` + r - `top`. Steps count floats.
public struct LineShape: Sendable {
  public let imageHeight: Int
  public let kernelHeight: Int
  public let stride: Int
  public let top: Int
  /// From an output pixel's first tap to the next one's.
  public let pixelStep: Int
  /// Output pixels in a line.
  public let width: Int

  public init(imageHeight: Int, kernelHeight: Int, stride: Int, top: Int, pixelStep: Int, width: Int) {
    self.imageHeight = imageHeight
    self.kernelHeight = kernelHeight
    self.stride = stride
    self.top = top
    self.pixelStep = pixelStep
    self.width = width
  }

  /// The image row that a line's first kernel row reads, perhaps outside the image.
  @inlinable @inline(__always) func firstRow(of line: Int) -> Int { line * stride - top }

  /// The kernel rows of a line that lie inside the image.
  @inlinable @inline(__always)
  func kernelRows(of line: Int) -> (first: Int, count: Int) {
    let row = firstRow(of: line)
    let first = max(0, -row)
    return (first, max(first, min(kernelHeight, imageHeight - row)) - first)
  }

  /// `count` lines of a pointwise kernel as one: its rows follow each other in image and result, and register tiles
  /// then care about no row's end.
  func joining(_ count: Int) -> LineShape {
    LineShape(imageHeight: 1, kernelHeight: 1, stride: 1, top: 0, pixelStep: pixelStep, width: width * count)
  }
}

/// Rows of an image that a block reads.
public struct ImageRows {
  /// Entry e points at row `first` + e, at the column of output pixel 0's first tap. Rows outside the image have no
  /// entry: their taps are left out.
  @usableFromInline let pointers: UnsafePointer<Source>
  @usableFromInline let first: Int

  public init(_ pointers: UnsafePointer<Source>, first: Int) {
    self.pointers = pointers
    self.first = first
  }

  /// The pointers to `row` and those behind it.
  @inlinable @inline(__always) func from(_ row: Int) -> UnsafePointer<Source> { pointers + (row - first) }
}
