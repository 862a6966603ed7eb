import Kernels
import Tensors
import Threads

/// Computes an inverted residual block strip by strip of output rows. What a strip needs of the expanded tensor, and
/// what the depthwise convolution makes of it, stay in one core's caches, and workers wait for each other once for the
/// block.
///
/// For each strip, it takes a panel of two vectors of expanded channels at a time, expands the rows that the last strip
/// has not left in a ring, and convolves them depthwise. Then it projects all channels of the strip. The kernels are
/// those of `DirectPlan`, and so are the bits of the result.
final class InvertedResidualPlan: ConvolutionChainPlan {
  let block: InvertedResidual
  let algorithm = "fused block"
  let hasBitsOfSinglePlans = true
  let pool: ThreadPool
  let kernels: any KernelSet.Type
  let division: StripDivision
  let expansion: Stage
  let depthwise: Stage
  let projection: Stage
  let source: SourceRows
  let expansionShape: DirectShape
  let depthwiseShape: DepthwiseShape
  /// A line of this shape is one output row; the pixels of a strip are joined to one line in each run.
  let projectionShape: DirectShape
  let panelWidth: Int
  let panels: Int

  /// One of the three convolutions.
  struct Stage {
    var correlation: Correlation
    let filter: PackedFilter
    let activation: Activation

    init(_ request: ConvolutionRequest, width: Int) {
      correlation = .forward(request.problem, flattensPixels: false)
      filter = PackedFilter(correlation, of: request.problem, width: width)
      activation = request.epilogue.activation
    }
  }

  /// - Parameter rows: output rows of a strip; nil to choose them
  init(_ block: InvertedResidual, rows: Int? = nil, policy: CachePolicy, in context: ExecutionContext) {
    self.block = block
    pool = context.pool
    kernels = context.kernels
    division = StripDivision(block, rows: rows, workers: pool.count, policy: policy)
    panelWidth = kernels.panelWidth
    var expansion = Stage(block.expansion, width: kernels.width)
    // Its result is a panel of the ring, [row][column][panel's channels].
    expansion.correlation.resultPixelStep = panelWidth
    expansion.correlation.resultLineStep = expansion.correlation.result.width * panelWidth
    self.expansion = expansion
    depthwise = Stage(block.depthwise, width: kernels.width)
    projection = Stage(block.projection, width: kernels.width)
    panels = expansion.filter.panels
    source = SourceRows(
      expansion.correlation, contiguous: expansion.correlation.needsRuns, lines: division.expandedRowsOfStrip)
    expansionShape = expansion.correlation.directShape(
      pixelPitch: source.pixelPitch, activation: expansion.activation)
    depthwiseShape = depthwise.correlation.depthwiseShape(
      pixelPitch: panelWidth, filterWidth: depthwise.correlation.kernel.width,
      clips: (depthwise.correlation.left == 1, depthwise.correlation.right == 1), activation: depthwise.activation)
    projectionShape = projection.correlation.directShape(
      pixelPitch: projection.correlation.channels, activation: projection.activation)
  }

  /// Whether the plan takes less time than the three plans one after the other. It does even where strips of one row do
  /// not stay in the second-level cache, if workers do not repeat much of each other's expansion.
  var pays: Bool { division.isBalanced }

  // MARK: Filters

  private var stages: [Stage] { [expansion, depthwise, projection] }

  /// The depthwise filter is read as it is.
  var packedFilterBytes: [Int] { stages.map { $0.filter.count * MemoryLayout<Float>.stride } }

  func prepare(filter: UnsafePointer<Float>, of convolution: Int, into packed: UnsafeMutableRawPointer) {
    stages[convolution].filter.pack(filter, into: packed.assumingMemoryBound(to: Float.self), on: pool)
  }

  // MARK: Workspace

  /// Each worker has source rows, a ring of expanded rows for each panel, the strip behind the depthwise convolution,
  /// and pointers to rows.
  var workspaceBytes: Int { pool.count * bytesPerWorker }
  private var bytesPerWorker: Int {
    let pointers = division.expandedRowsOfStrip * MemoryLayout<Source>.stride
    return (source.bytes + (ringFloats + stripFloats) * MemoryLayout<Float>.stride + pointers).rounded(upTo: 64)
  }
  var ringRowFloats: Int { expansion.correlation.resultLineStep }
  var ringPanelFloats: Int { division.expandedRowsOfStrip * ringRowFloats + Self.skew }
  private var ringFloats: Int { panels * ringPanelFloats }
  private var stripFloats: Int {
    (division.rows * projection.correlation.source.width * projection.correlation.source.channels).rounded(upTo: 16)
  }
  /// Keeps panels from sharing sets of the first-level cache.
  private static let skew = 5 * 16

  struct Memory {
    var rows: RowRing
    let ring: UnsafeMutablePointer<Float>
    let strip: UnsafeMutablePointer<Float>
    let pointers: UnsafeMutablePointer<Source>
  }

  private func memory(_ workspace: UnsafeMutableRawPointer, worker: Int) -> Memory {
    let base = workspace + worker * bytesPerWorker
    let ring = (base + source.bytes).assumingMemoryBound(to: Float.self)
    let strip = ring + ringFloats
    return Memory(
      rows: RowRing(source, memory: base), ring: ring, strip: strip,
      pointers: UnsafeMutableRawPointer(strip + stripFloats).assumingMemoryBound(to: Source.self))
  }

  // MARK: Run

  /// Tensors of one run.
  struct Operands {
    let input: UnsafePointer<Float>
    /// Packed, but for the depthwise one.
    let filters: (expansion: UnsafePointer<Float>, depthwise: UnsafePointer<Float>, projection: UnsafePointer<Float>)
    let biases: (expansion: UnsafePointer<Float>?, depthwise: UnsafePointer<Float>?, projection: UnsafePointer<Float>?)
    let residual: UnsafePointer<Float>?
    let output: UnsafeMutablePointer<Float>

    init(_ operands: ConvolutionChainOperands) {
      let weights = operands.weights
      func packed(_ convolution: Int) -> UnsafePointer<Float> {
        weights[convolution].packedFilter!.assumingMemoryBound(to: Float.self)
      }
      input = operands.input
      filters = (packed(0), weights[1].filter, packed(2))
      biases = (weights[0].bias, weights[1].bias, weights[2].bias)
      residual = operands.residual
      output = operands.output
    }
  }

  func run(_ operands: ConvolutionChainOperands, workspace: UnsafeMutableRawPointer) {
    nonisolated(unsafe) let operands = Operands(operands)
    nonisolated(unsafe) let workspace = workspace
    pool.run { worker in
      var memory = memory(workspace, worker: worker)
      var (image, done) = (-1, 0)
      for unit in division.share(of: worker) {
        let (number, strip) = unit.quotientAndRemainder(dividingBy: division.strips)
        if number != image { (image, done) = (number, 0) }
        let rows = division.outputRows(ofStrip: strip)
        let expanded = division.expandedRows(under: rows)
        let new = max(expanded.lowerBound, done)..<max(expanded.upperBound, expanded.lowerBound, done)
        run(rows, of: image, expanding: new, operands, &memory, worker)
        done = new.upperBound
      }
    }
  }
}
