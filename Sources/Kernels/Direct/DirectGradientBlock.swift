/// The shape of a direct filter gradient, or of a fully connected layer's. Steps count floats.
///
/// The filter gradient is cut into units: register tiles of consecutive taps and channels of a kernel row x a panel of
/// output channels. Unit (panel * kernel height + kernel row) * tiles of a kernel row + tile.
public struct DirectGradientShape: Sendable {
  /// The taps and channels of a kernel row follow each other without a gap.
  public let lines: LineShape
  /// Taps of one kernel row x channels.
  public let rowDepth: Int
  /// Output channels of the group.
  public let outputs: Int
  /// From one tap and channel of the filter gradient to the next.
  public let resultStep: Int

  public init(lines: LineShape, rowDepth: Int, outputs: Int, resultStep: Int) {
    self.lines = lines
    self.rowDepth = rowDepth
    self.outputs = outputs
    self.resultStep = resultStep
  }
}

/// A block of a direct filter gradient: output lines of one image, and the part of the filter gradient that sums over
/// them.
public struct DirectGradientBlock {
  @usableFromInline let rows: ImageRows
  @usableFromInline let lines: Range<Int>
  /// Output gradient of the block, [panel][line][pixel][lanes of the panel], as `packGradient` writes it.
  @usableFromInline let gradient: Source
  /// The first panel at `gradient`.
  @usableFromInline let firstPanel: Int
  /// [kernel height][row depth][result step]: first output channel of the group.
  @usableFromInline let result: Destination
  @usableFromInline let units: Range<Int>
  /// Adds to `result` instead of writing it.
  @usableFromInline let accumulates: Bool
  /// Fully connected layers only: uses non-temporal stores. Every row of `result` is aligned to the vector and has
  /// whole vectors only.
  @usableFromInline let nonTemporal: Bool
  /// `tileScratchFloats` floats.
  @usableFromInline let scratch: Destination

  public init(
    rows: ImageRows, lines: Range<Int>, gradient: Source, firstPanel: Int = 0, result: Destination, units: Range<Int>,
    accumulates: Bool = false, nonTemporal: Bool = false, scratch: Destination
  ) {
    self.rows = rows
    self.lines = lines
    self.gradient = gradient
    self.firstPanel = firstPanel
    self.result = result
    self.units = units
    self.accumulates = accumulates
    self.nonTemporal = nonTemporal
    self.scratch = scratch
  }
}

/// Copies output gradients into the panels that the filter gradient reads, and sums them for the bias gradient.
public struct GradientPacking {
  /// [pixels][`sourceStep`]: first output channel of the group.
  @usableFromInline let source: Source
  @usableFromInline let sourceStep: Int
  @usableFromInline let pixels: Int
  /// Output channels of the group.
  @usableFromInline let outputs: Int
  @usableFromInline let panels: Range<Int>
  /// [panel][pixel][lanes of the panel], the first panel being `panels.lowerBound`.
  @usableFromInline let destination: Destination
  /// Panels of `panels` whose sums over all pixels are added to `sums`, [panel][2 vectors] from panel 0 on.
  @usableFromInline let summed: Range<Int>
  @usableFromInline let sums: Destination?

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
