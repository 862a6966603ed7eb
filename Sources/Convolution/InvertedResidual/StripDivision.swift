import Kernels
import Threads

/// Cuts the output rows of a block into strips and deals the strips of all images to the workers. Each worker takes
/// strips that follow each other, so that only its first strip needs rows of the expansion that another worker computes
/// too.
struct StripDivision {
  let batch: Int
  /// Output rows of an image, and of a strip.
  let height: Int
  let rows: Int
  let workers: Int
  /// The rows of the expansion that output rows read: rows x stride - top, `taps` of them.
  private let expandedHeight: Int
  private let stride: Int
  private let top: Int
  private let taps: Int

  /// - Parameter rows: of a strip; nil for as many as fit into a cache
  init(_ block: InvertedResidual, rows: Int?, workers: Int, policy: CachePolicy) {
    let (depthwise, projected) = (block.depthwise.problem, block.projection.problem.output)
    let floats = { (rows: Int) in
      let expanded = (rows - 1) * depthwise.stride.height + depthwise.kernel.height
      return (expanded * depthwise.input.width + rows * projected.width) * depthwise.outputChannels
    }
    let divisions = (rows.map { [$0] } ?? Array(1...projected.height)).map { rows in
      StripDivision(
        batch: block.batch, height: projected.height, rows: rows, workers: workers,
        expandedHeight: depthwise.input.height, stride: depthwise.stride.height, top: depthwise.padding.top,
        taps: depthwise.kernel.height)
    }
    // The rest of the cache is for the weights.
    let fitting = divisions.filter { floats($0.rows) * 4 <= policy.stripBytes }
    // Among the best balanced divisions, the one with the largest strips reads the weights least often.
    self = fitting.reversed().min { $0.mostExpandedRows < $1.mostExpandedRows } ?? divisions[0]
  }

  private init(
    batch: Int, height: Int, rows: Int, workers: Int, expandedHeight: Int, stride: Int, top: Int, taps: Int
  ) {
    self.batch = batch
    self.height = height
    self.rows = rows
    self.workers = workers
    self.expandedHeight = expandedHeight
    self.stride = stride
    self.top = top
    self.taps = taps
  }

  /// Strips of an image.
  var strips: Int { height.dividedRoundingUp(by: rows) }

  /// The strips of one worker, numbered image by image. The first worker always has some.
  func share(of worker: Int) -> Range<Int> {
    func bound(_ worker: Int) -> Int { (batch * strips * worker).dividedRoundingUp(by: workers) }
    return bound(worker)..<bound(worker + 1)
  }

  func outputRows(ofStrip strip: Int) -> Range<Int> { strip * rows..<min((strip + 1) * rows, height) }

  /// Rows of the expansion that output rows read; those outside the image are left out.
  func expandedRows(under outputs: Range<Int>) -> Range<Int> {
    let first = min(max(outputs.lowerBound * stride - top, 0), expandedHeight)
    return first..<max(first, min((outputs.upperBound - 1) * stride - top + taps, expandedHeight))
  }

  /// The first row, perhaps above the image, that the kernel reads for output row `row`.
  func firstRow(under row: Int) -> Int { row * stride - top }

  /// Rows of the expansion that a strip reads at most.
  var expandedRowsOfStrip: Int { min((rows - 1) * stride + taps, expandedHeight) }

  /// The rows of the expansion that the busiest worker computes.
  private var mostExpandedRows: Int {
    (0..<workers).map { worker in
      var (sum, done, image) = (0, 0, -1)
      for unit in share(of: worker) {
        let (number, strip) = unit.quotientAndRemainder(dividingBy: strips)
        if number != image { (image, done) = (number, 0) }
        let rows = expandedRows(under: outputRows(ofStrip: strip))
        sum += max(rows.upperBound - max(rows.lowerBound, done), 0)
        done = max(done, rows.upperBound)
      }
      return sum
    }.max()!
  }

  /// Whether no worker computes more than a fifth beyond its share. Where images are small and workers many, to compute
  /// rows twice takes longer than to load them from memory.
  var isBalanced: Bool { 5 * workers * mostExpandedRows <= 6 * batch * expandedHeight }
}
