/// The shape of a direct convolution: what all blocks of a plan have in common. Steps count floats.
public struct DirectShape: Sendable {
  public let lines: LineShape
  /// The taps of one kernel row are `segments` runs of `segmentLength` consecutive floats, `segmentStep` apart.
  public let segments: Int
  public let segmentStep: Int
  public let segmentLength: Int
  public let output: TileOutputShape

  public init(lines: LineShape, segments: Int, segmentStep: Int, segmentLength: Int, output: TileOutputShape) {
    self.lines = lines
    self.segments = segments
    self.segmentStep = segmentStep
    self.segmentLength = segmentLength
    self.output = output
  }

  /// Taps of one kernel row x channels.
  @inlinable @inline(__always) var rowDepth: Int { segments * segmentLength }

  /// The same shape with `count` lines of a pointwise convolution joined to one.
  public func joining(_ count: Int) -> DirectShape {
    DirectShape(
      lines: lines.joining(count), segments: segments, segmentStep: segmentStep, segmentLength: segmentLength,
      output: output)
  }
}

/// The shape of a depthwise convolution: each channel has a kernel of its own, and the filter is read as it is.
public struct DepthwiseShape: Sendable {
  public let lines: LineShape
  /// Taps of one kernel row, and floats from one to the next in the image.
  public let taps: Int
  public let tapStep: Int
  /// Floats from one tap of the filter to the next, down and across; negative where the kernel is turned round.
  public let filterRowStep: Int
  public let filterTapStep: Int
  /// Whether the first pixel's first column, or the last one's last, lies outside the image: it counts as zero.
  public let clipsLeft: Bool
  public let clipsRight: Bool
  public let output: TileOutputShape

  public init(
    lines: LineShape, taps: Int, tapStep: Int, filterRowStep: Int, filterTapStep: Int, clipsLeft: Bool,
    clipsRight: Bool, output: TileOutputShape
  ) {
    self.lines = lines
    self.taps = taps
    self.tapStep = tapStep
    self.filterRowStep = filterRowStep
    self.filterTapStep = filterTapStep
    self.clipsLeft = clipsLeft
    self.clipsRight = clipsRight
    self.output = output
  }
}
