import Kernels
import Tensors
import Threads

/// Filter gradient: for every tap, the product of the input's transpose with the output gradient, summed over pixels in
/// registers.
final class DirectFilterGradient: ConvolutionPlan {
  let problem: ConvolutionProblem
  var algorithm: String { correlation.algorithm }
  private let sumsBias: Bool
  private let pool: ThreadPool
  private let kernels: any KernelSet.Type
  private let correlation: Correlation
  private let shape: Shape
  private let grid: GradientGrid
  private let source: SourceRows
  private let linesPerBlock: Int
  /// Floats of one worker's packed output gradient.
  private let gradientFloats: Int
  var gradientIsPacked: Bool { gradientFloats > 0 }
  /// Partial results that are added up at the end.
  var chunks: Int { grid.chunks }
  /// Floats of one group's bias sums: whole panels.
  private let groupBiasFloats: Int

  private enum Shape {
    case direct(DirectGradientShape)
    case depthwise(DepthwiseGradientShape)
  }

  init(_ request: ConvolutionRequest, in context: ExecutionContext) {
    problem = request.problem
    sumsBias = request.fusions.contains(.biasGradient)
    pool = context.pool
    kernels = context.kernels
    correlation = problem.isPointwise ? .lines(problem) : .forward(problem)
    grid = GradientGrid(correlation, filterCount: problem.filterCount, kernels: kernels)
    source = SourceRows(
      correlation, contiguous: !correlation.isDepthwise, blockFloats: CachePolicy.directGradientBlockFloats,
      clips: correlation.isDepthwise)
    let lines = correlation.lineShape(pixelPitch: source.pixelPitch)
    shape =
      correlation.isDepthwise
      ? .depthwise(
        DepthwiseGradientShape(
          lines: lines, taps: correlation.kernel.width, tapStep: source.pixelPitch, channels: correlation.outputs,
          clipsLeft: source.clipsLeft, clipsRight: source.clipsRight))
      : .direct(
        DirectGradientShape(
          lines: lines, rowDepth: correlation.kernel.width * correlation.channels, outputs: correlation.outputs,
          resultStep: problem.outputChannels))
    let panelChannels = correlation.outputs.rounded(upTo: kernels.panelWidth)
    let lineFloats = correlation.result.width * panelChannels
    linesPerBlock = min(source.linesPerBlock, max(CachePolicy.directGradientBlockFloats / lineFloats, 1))
    gradientFloats = correlation.isDepthwise ? 0 : (linesPerBlock * lineFloats).rounded(upTo: 16)
    groupBiasFloats = sumsBias ? panelChannels.rounded(upTo: 16) : 0
  }

  // MARK: Workspace: [worker: rows, packed gradient], [chunk: partial filter gradient], [chunk: bias sums]

  private var workerBytes: Int {
    source.bytes.rounded(upTo: 64) + gradientFloats * MemoryLayout<Float>.stride
  }
  private var biasFloats: Int { groupBiasFloats * correlation.groups }
  private var partialFloats: Int { grid.chunks > 1 ? problem.filterCount.rounded(upTo: 16) : 0 }
  var workspaceBytes: Int {
    workerBytes * pool.count + grid.chunks * (partialFloats + biasFloats) * MemoryLayout<Float>.stride
  }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    let partials = (workspace + workerBytes * pool.count).assumingMemoryBound(to: Float.self)
    nonisolated(unsafe) let task = Task(
      input: operands.input, gradient: operands.output, partials: grid.chunks > 1 ? partials : operands.filter,
      bias: partials + grid.chunks * partialFloats)
    nonisolated(unsafe) let workspace = workspace
    if sumsBias { task.bias.update(repeating: 0, count: grid.chunks * biasFloats) }
    pool.run { worker in
      let items = pool.share(of: grid.items, worker: worker)
      grid.forEachPart(of: items) { chunk, group, units in
        sum(chunk, group, units, task, memory: workspace + worker * workerBytes, worker)
      }
    }
    addChunks(task, to: operands)
  }

  private struct Task {
    let input: UnsafePointer<Float>
    let gradient: UnsafePointer<Float>
    let partials: UnsafeMutablePointer<Float>
    let bias: UnsafeMutablePointer<Float>
    init(
      input: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>,
      partials: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>
    ) {
      self.input = UnsafePointer(input)
      self.gradient = UnsafePointer(gradient)
      self.partials = partials
      self.bias = bias
    }
  }

  /// Sums one chunk's lines into some units of one group.
  private func sum(
    _ chunk: Int, _ group: Int, _ units: Range<Int>, _ task: Task, memory: UnsafeMutableRawPointer, _ worker: Int
  ) {
    var rows = RowRing(source, memory: memory)
    let packed = (memory + source.bytes.rounded(upTo: 64)).assumingMemoryBound(to: Float.self)
    let lines = grid.lines(of: chunk)
    let height = correlation.result.height
    let firstOutput = group * correlation.outputs
    let result = task.partials + (chunk * partialFloats + firstOutput)
    let sums = sumsBias ? task.bias + (chunk * biasFloats + group * groupBiasFloats) : nil
    var line = lines.lowerBound
    while line < lines.upperBound {
      let (image, y) = line.quotientAndRemainder(dividingBy: height)
      let end = min(line + linesPerBlock, lines.upperBound, (image + 1) * height)
      let block = y..<y + end - line
      let image0 = task.input + (image * correlation.sourceImageStep + group * correlation.channels)
      let imageRows = ImageRows(rows.load(block, of: image0), first: source.firstRow(y))
      let gradient =
        task.gradient + (line * correlation.result.width * correlation.result.channels + firstOutput)
      switch shape {
      case .depthwise(let shape):
        pool.phase(.products, worker) {
          kernels.depthwiseGradient(
            shape,
            DepthwiseGradientBlock(
              rows: imageRows, lines: block, gradient: gradient, result: result, units: units,
              accumulates: line > lines.lowerBound, sums: sums))
        }
      case .direct(let shape):
        let panels = grid.panels(of: units)
        pool.phase(.packing, worker) {
          kernels.packGradient(
            GradientPacking(
              source: gradient, sourceStep: correlation.result.channels,
              pixels: block.count * correlation.result.width, outputs: correlation.outputs, panels: panels,
              destination: packed, summed: sumsBias ? grid.panelsBegun(in: units) : 0..<0, sums: sums))
        }
        pool.phase(.products, worker) {
          kernels.directGradient(
            shape,
            DirectGradientBlock(
              rows: imageRows, lines: block, gradient: packed, firstPanel: panels.lowerBound, result: result,
              units: units, accumulates: line > lines.lowerBound, scratch: rows.scratch))
        }
      }
      line = end
    }
  }

  private func addChunks(_ task: Task, to operands: ConvolutionOperands) {
    nonisolated(unsafe) let (task, operands) = (task, operands)
    if grid.chunks > 1 {
      pool.split(problem.filterCount, grain: 64, as: .reduction) { range in
        kernels.addParts(
          task.partials + range.lowerBound, count: range.count, step: partialFloats, parts: grid.chunks,
          destination: operands.filter + range.lowerBound)
      }
    }
    guard sumsBias, let bias = operands.biasGradient else { return }
    pool.phase(.reduction, 0) {
      for group in 0..<correlation.groups {
        kernels.addParts(
          task.bias + group * groupBiasFloats, count: correlation.outputs, step: biasFloats,
          parts: grid.chunks, destination: bias + group * correlation.outputs)
      }
    }
  }
}

extension Correlation {
  /// A pointwise correlation's pixels as lines of up to 512: long enough to sum over, short enough to cut.
  fileprivate static func lines(_ problem: ConvolutionProblem) -> Correlation {
    var folded = Correlation.forward(problem)
    let pixels = folded.result.width
    // Whole lines only: the longest divisor.
    let width = (1...min(pixels, 512)).last { pixels % $0 == 0 }!
    (folded.source.height, folded.source.width) = (pixels / width, width)
    (folded.result.height, folded.result.width) = (pixels / width, width)
    folded.resultLineStep = width * folded.result.channels
    return folded
  }
}
