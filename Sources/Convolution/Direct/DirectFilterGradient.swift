import Kernels
import Tensors
import Threads

/// Filter gradient: for every tap, the product of the input's transpose with the output gradient, summed over pixels in
/// registers.
final class DirectFilterGradient: ConvolutionPlan {
  let problem: ConvolutionProblem
  var algorithm: String { correlation.isDepthwise ? "direct depthwise" : "direct" }
  private let sumsBias: Bool
  private let pool: ThreadPool
  private let kernels: any KernelSet.Type
  private let correlation: Correlation
  private let grid: GradientGrid
  private let source: SourceRows
  private let linesPerBlock: Int
  /// Floats of one worker's packed output gradient.
  private let gradientFloats: Int
  /// Floats of one group's bias sums: whole panels.
  private let groupBiasFloats: Int

  private static let blockFloats = 64 << 10

  init(_ request: ConvolutionRequest, in context: ExecutionContext) {
    problem = request.problem
    sumsBias = request.fusions.contains(.biasGradient)
    pool = context.pool
    kernels = context.kernels
    correlation = problem.isPointwise ? .lines(problem) : .forward(problem)
    grid = GradientGrid(correlation, filterCount: problem.filterCount, kernels: kernels)
    source = SourceRows(
      correlation, contiguous: !correlation.isDepthwise, blockFloats: Self.blockFloats, clips: correlation.isDepthwise)
    let panelChannels = correlation.outputs.rounded(upTo: 2 * kernels.width)
    let lineFloats = correlation.result.width * panelChannels
    linesPerBlock = min(source.linesPerBlock, max(Self.blockFloats / lineFloats, 1))
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
        sum(chunk, group, units, task, memory: workspace + worker * workerBytes)
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
    _ chunk: Int, _ group: Int, _ units: Range<Int>, _ task: Task, memory: UnsafeMutableRawPointer
  ) {
    var rows = RowRing(source, memory: memory)
    let packed = (memory + source.bytes.rounded(upTo: 64)).assumingMemoryBound(to: Float.self)
    let lines = grid.lines(of: chunk)
    let height = correlation.result.height
    let firstOutput = group * correlation.outputs
    let panels = grid.panels(of: units)
    let sums = task.bias + (chunk * biasFloats + group * groupBiasFloats)
    var line = lines.lowerBound
    while line < lines.upperBound {
      let (image, y) = line.quotientAndRemainder(dividingBy: height)
      let end = min(line + linesPerBlock, lines.upperBound, (image + 1) * height)
      let block = y..<y + end - line
      let image0 = task.input + (image * correlation.sourceImageStep + group * correlation.channels)
      let gradient =
        task.gradient + (line * correlation.result.width * correlation.result.channels + firstOutput)
      var work = DirectGradientBlock(
        rows: rows.load(block, of: image0), gradient: gradient,
        result: task.partials + (chunk * partialFloats + firstOutput), scratch: rows.scratch)
      describe(&work)
      work.firstRow = source.firstRow(y)
      work.lines = block
      work.units = units
      work.accumulates = line > lines.lowerBound
      if correlation.isDepthwise {
        kernels.depthwiseGradient(
          DepthwiseGradientBlock(
            block: work, kernelWidth: correlation.kernel.width, tapStep: source.pixelPitch,
            channels: correlation.outputs, sums: sumsBias ? sums : nil, clipsLeft: source.clipsLeft,
            clipsRight: source.clipsRight))
      } else {
        kernels.packGradient(
          GradientPacking(
            source: gradient, sourceStep: correlation.result.channels, pixels: work.pixels,
            outputs: correlation.outputs, panels: panels, destination: packed,
            summed: sumsBias ? grid.panelsBegun(in: units) : 0..<0, sums: sumsBias ? sums : nil))
        work.gradient = UnsafePointer(packed)
        work.firstPanel = panels.lowerBound
        kernels.directGradient(work)
      }
      line = end
    }
  }

  private func describe(_ block: inout DirectGradientBlock) {
    block.inputHeight = correlation.source.height
    block.pixelStep = correlation.stride.width * source.pixelPitch
    block.kernelHeight = correlation.kernel.height
    block.strideHeight = correlation.stride.height
    block.top = correlation.top
    block.rowDepth = correlation.kernel.width * correlation.channels
    block.width = correlation.result.width
    block.resultStep = problem.outputChannels
    block.outputs = correlation.outputs
  }

  private func addChunks(_ task: Task, to operands: ConvolutionOperands) {
    nonisolated(unsafe) let (task, operands) = (task, operands)
    if grid.chunks > 1 {
      pool.split(problem.filterCount, grain: 64) { range in
        kernels.addParts(
          task.partials + range.lowerBound, count: range.count, step: partialFloats, parts: grid.chunks,
          destination: operands.filter + range.lowerBound)
      }
    }
    guard sumsBias, let bias = operands.biasGradient else { return }
    for group in 0..<correlation.groups {
      kernels.addParts(
        task.bias + group * groupBiasFloats, count: correlation.outputs, step: biasFloats,
        parts: grid.chunks, destination: bias + group * correlation.outputs)
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
