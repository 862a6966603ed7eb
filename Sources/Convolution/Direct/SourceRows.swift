import Kernels
import Tensors

/// How a worker makes a correlation's source rows readable for the kernel: one pointer for each row.
///
/// Where all taps lie inside the image, the pointers lead into the tensor itself. Where some do not, but for a column
/// at either side of a depthwise convolution, which its kernel leaves out, or where channels of one group should be
/// consecutive, rows are copied with their zeros into a ring that holds one block's rows, and what two blocks share is
/// copied once.
struct SourceRows: Sendable {
  let correlation: Correlation
  let isPacked: Bool
  /// Whether one column of the taps lies outside the image, and is not copied: left of the first pixel, right of the
  /// last.
  let clipsLeft: Bool
  let clipsRight: Bool
  /// Output lines of a block.
  private(set) var linesPerBlock: Int
  /// Floats from one pixel to the next.
  let pixelPitch: Int

  /// - Parameters:
  ///   - contiguous: whether the taps of a kernel row must follow each other without a gap
  ///   - blockFloats: what a block's source rows, and its output lines, may occupy each
  ///   - clips: whether the kernel leaves out a column at either side
  init(_ correlation: Correlation, contiguous: Bool, blockFloats: Int, clips: Bool = false) {
    self.init(correlation, contiguous: contiguous, lines: 1, clips: clips)
    let fitting = blockFloats / max(rowFloats, 1)
    let lines = min(
      (fitting - correlation.kernel.height) / correlation.stride.height + 1,
      blockFloats / (correlation.result.width * correlation.outputs))
    linesPerBlock = min(max(lines, 1), correlation.result.height)
  }

  /// - Parameter lines: output lines of a block
  init(_ correlation: Correlation, contiguous: Bool, lines: Int, clips: Bool = false) {
    self.correlation = correlation
    linesPerBlock = lines
    let (left, right) = (correlation.left, correlation.right)
    let outside = clips ? 1 : 0
    let staysInside = left <= outside && right <= outside
    isPacked = correlation.depth > 0 && !(staysInside && (!contiguous || correlation.groups == 1))
    clipsLeft = !isPacked && left == 1
    clipsRight = !isPacked && right == 1
    pixelPitch = isPacked ? correlation.channels : correlation.source.channels
  }

  /// Rows that the taps of one block span.
  var rows: Int { (linesPerBlock - 1) * correlation.stride.height + correlation.kernel.height }
  var rowFloats: Int { correlation.columns * pixelPitch }
  /// Bytes of one worker: the ring, the scratch memory of a tile, then the pointers.
  var ringBytes: Int { isPacked ? (rows * rowFloats * MemoryLayout<Float>.stride).rounded(upTo: 64) : 0 }
  var bytes: Int {
    ringBytes + tileScratchFloats * MemoryLayout<Float>.stride
      + (rows * MemoryLayout<UnsafePointer<Float>>.stride).rounded(upTo: 64)
  }

  /// Source row of line `line`'s first kernel row.
  func firstRow(_ line: Int) -> Int { line * correlation.stride.height - correlation.top }
}

/// A worker's ring of rows.
struct RowRing {
  private let layout: SourceRows
  private let ring: UnsafeMutablePointer<Float>
  private let pointers: UnsafeMutablePointer<UnsafePointer<Float>>
  /// `tileScratchFloats` floats for the kernel.
  let scratch: UnsafeMutablePointer<Float>
  /// Rows below this one are in the ring, if the ring has room for them.
  private var end = Int.min
  private var image: UnsafePointer<Float>?

  init(_ layout: SourceRows, memory: UnsafeMutableRawPointer) {
    self.layout = layout
    ring = memory.assumingMemoryBound(to: Float.self)
    scratch = (memory + layout.ringBytes).assumingMemoryBound(to: Float.self)
    pointers = UnsafeMutableRawPointer(scratch + tileScratchFloats)
      .assumingMemoryBound(to: UnsafePointer<Float>.self)
  }

  /// Makes the rows of `lines` readable. Entry e of the result is row `firstRow(lines.lowerBound)` + e.
  /// - Parameter image: the group's first channel of the image's first pixel.
  mutating func load(_ lines: Range<Int>, of image: UnsafePointer<Float>) -> UnsafePointer<UnsafePointer<Float>> {
    let correlation = layout.correlation
    let base = layout.firstRow(lines.lowerBound)
    let last = layout.firstRow(lines.upperBound - 1) + correlation.kernel.height
    if image != self.image || base > end { end = Int.min }
    self.image = image
    for row in max(base, 0)..<max(min(last, correlation.source.height), max(base, 0)) {
      let source = image + row * correlation.source.width * correlation.source.channels
      if layout.isPacked {
        let slot = ring + row % layout.rows * layout.rowFloats
        if row >= end { pack(source, into: slot) }
        pointers[row - base] = UnsafePointer(slot)
      } else {
        pointers[row - base] = source - correlation.left * layout.pixelPitch
      }
    }
    end = max(end, last)
    return UnsafePointer(pointers)
  }

  private func pack(_ source: UnsafePointer<Float>, into slot: UnsafeMutablePointer<Float>) {
    let correlation = layout.correlation
    let channels = correlation.channels
    // Columns of the slot that lie inside the image.
    let first = min(max(correlation.left, 0), correlation.columns)
    let end = min(max(correlation.source.width + correlation.left, first), correlation.columns)
    slot.update(repeating: 0, count: first * channels)
    (slot + end * channels).update(repeating: 0, count: (correlation.columns - end) * channels)
    let pixels = source + (first - correlation.left) * correlation.source.channels
    if correlation.groups == 1 {
      (slot + first * channels).update(from: pixels, count: (end - first) * channels)
      return
    }
    for column in 0..<(end - first) {
      let destination = slot + (first + column) * channels
      let pixel = pixels + column * correlation.source.channels
      for channel in 0..<channels { destination[channel] = pixel[channel] }
    }
  }
}
