/// A block of a direct convolution: output pixels of consecutive lines of one image x panels of output channels.
///
/// A line is one output row. Its pixels are cut into register tiles; a panel is two vectors of output channels, the
/// last one of them perhaps one vector. All strides count floats.
public struct DirectBlock {
  // MARK: Input

  /// Entry e points at input row `firstRow` + e, at the column of output pixel 0's first tap. Rows outside the image
  /// have no entry: their taps are left out.
  public var rows: UnsafePointer<Source>
  public var firstRow = 0
  public var inputHeight = 0
  /// From an output pixel's first tap to the next one's.
  public var pixelStep = 0
  /// The taps of one kernel row are `segments` runs of `segmentLength` consecutive floats, `segmentStep` apart.
  public var segments = 0
  public var segmentStep = 0
  public var segmentLength = 0

  // MARK: Kernel

  public var kernelHeight = 0
  public var strideHeight = 1
  /// Input row of line 0's first kernel row is -`top`.
  public var top = 0
  /// [panel][kernel height][segments][segment length][vectors of the panel], aligned to the vector.
  /// Depthwise: the filter as it is, at the tap of kernel row 0 and segment 0.
  public var filter: Source
  /// Depthwise: from one tap of the filter to the next, down and across; negative where the kernel is turned round.
  public var filterRowStep = 0
  public var filterTapStep = 0
  /// Depthwise: whether the first pixel's first column, or the last one's last, lies outside the image: it counts as zero.
  public var clipsLeft = false
  public var clipsRight = false

  // MARK: Output

  /// Pixel 0 of line 0 of the image, channel 0 of the group.
  public var output: Destination
  public var outputLineStep = 0
  public var outputPixelStep = 0
  /// Output channels of the group.
  public var outputs = 0
  /// Pairs of vectors of output channels; depthwise: vectors.
  public var panels = 0..<0
  public var lines = 0..<0
  /// Tiles of the first line before `firstTile` and of the last line from `endTile` on are left out.
  public var firstTile = 0
  public var endTile = 0
  /// Output pixels in a line.
  public var width = 0

  // MARK: Epilogue

  /// [outputs]: what the sums start from.
  public var bias: Source?
  /// Addressed like `output`, which it may be: added to the sum.
  public var residual: Source?
  public var clampsBelow = false
  public var clampsAbove = false
  /// Addressed like `output`, which it may be: where it is not positive the result is zero.
  public var reluMask: Source?

  /// Uses non-temporal stores: every pixel's output is aligned to the vector and has whole vectors only.
  public var nonTemporal = false
  /// `tileScratchFloats` floats.
  public var scratch: Destination

  public init(rows: UnsafePointer<Source>, filter: Source, output: Destination, scratch: Destination) {
    self.scratch = scratch
    self.rows = rows
    self.filter = filter
    self.output = output
  }

  /// Taps of one kernel row x channels.
  @inlinable @inline(__always) public var rowDepth: Int { segments * segmentLength }
}

/// Memory for the accumulators of one register tile of any vector.
@inlinable @inline(__always) public var tileScratchFloats: Int { 28 * 16 }

/// The upper bound of ReLU6.
@inlinable @inline(__always) public var relu6Bound: Float { 6 }
