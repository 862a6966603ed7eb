/// A block of a direct filter gradient: output lines of one image, and the part of the filter gradient that sums over
/// them.
///
/// The filter gradient is cut into units: register tiles of consecutive taps and channels of a kernel row x a panel of
/// output channels. Unit (panel * kernel height + kernel row) * tiles of a kernel row + tile. All strides count floats.
public struct DirectGradientBlock {
  /// Entry e points at input row `firstRow` + e, at the column of output pixel 0's first tap; the taps and channels of
  /// a kernel row follow each other without a gap.
  public var rows: UnsafePointer<Source>
  public var firstRow = 0
  public var inputHeight = 0
  /// From an output pixel's first tap to the next one's.
  public var pixelStep = 0
  public var kernelHeight = 0
  public var strideHeight = 1
  public var top = 0
  /// Taps of one kernel row x channels.
  public var rowDepth = 0

  /// Output gradient of the block, [panel][line][pixel][lanes of the panel]; what `packGradient` writes.
  public var gradient: Source
  /// Panel of the first one at `gradient`.
  public var firstPanel = 0
  public var lines = 0..<0
  /// Output pixels in a line.
  public var width = 0

  /// [kernel height][row depth][`resultStep`]: first output channel of the group.
  public var result: Destination
  public var resultStep = 0
  /// Output channels of the group.
  public var outputs = 0
  public var units = 0..<0
  /// Adds to `result` instead of writing it.
  public var accumulates = false
  /// Fully connected layers only: stores by non-temporal stores. Every row of `result` is aligned to the vector and has whole vectors only.
  public var nonTemporal = false

  /// `tileScratchFloats` floats.
  public var scratch: Destination

  public init(rows: UnsafePointer<Source>, gradient: Source, result: Destination, scratch: Destination) {
    self.scratch = scratch
    self.rows = rows
    self.gradient = gradient
    self.result = result
  }

  @inlinable @inline(__always) public var pixels: Int { lines.count * width }
}

/// Copies output gradients into the panels that the filter gradient reads, and sums them for the bias gradient.
public struct GradientPacking {
  /// [pixels][`sourceStep`]: first output channel of the group.
  public var source: Source
  public var sourceStep: Int
  public var pixels: Int
  /// Output channels of the group.
  public var outputs: Int
  public var panels: Range<Int>
  /// [panel][pixel][lanes of the panel], the first panel being `panels.lowerBound`.
  public var destination: Destination
  /// Panels of `panels` whose sums over all pixels are added to `sums`, [panel][2 vectors] from panel 0 on.
  public var summed: Range<Int>
  public var sums: Destination?

  public init(
    source: Source, sourceStep: Int, pixels: Int, outputs: Int, panels: Range<Int>, destination: Destination,
    summed: Range<Int>, sums: Destination?
  ) {
    self.source = source
    self.sourceStep = sourceStep
    self.pixels = pixels
    self.outputs = outputs
    self.panels = panels
    self.destination = destination
    self.summed = summed
    self.sums = sums
  }
}
