import Kernels
import Tensors
import Terms
import Threads

/// Computes a pair of expansion and depthwise convolution strip by strip of output rows, and its gradients likewise.
/// The expanded tensor stays in a core's second-level cache: it is never stored, and the backward pass computes it again.
///
/// The kernels are those of `DirectPlan` and `DirectFilterGradient`, and so are the bits of the forward pass. Gradients
/// of filters are sums over chunks that follow from the problem alone, so they have the same bits on any number of
/// threads.
package final class ExpandedDepthwisePlan: Sendable {
  let pair: ExpandedDepthwise
  package let algorithm = "fused expansion"
  let pool: ThreadPool
  let kernels: any KernelSet.Type
  let strips: ExpandedStrips
  let filter: PackedFilter
  let transposed: PackedFilter
  let depthwise: Correlation
  let depthwiseShape: DepthwiseShape
  let depthwiseGradientShape: DepthwiseGradientShape
  let phases: [Phase]
  /// A worker's memory for rows of the output gradient.
  private let rowBytes: Int

  /// Expanded pixels of one phase of the depthwise convolution's stride, whose gradients come from the same taps.
  struct Phase: Sendable {
    let correlation: Correlation
    let filter: PackedFilter
    let source: SourceRows
    let shape: DepthwiseShape
    let start: Int
    let step: Int

    /// Lines of the phase that lie in some expanded rows.
    func lines(in rows: Range<Int>) -> Range<Int> {
      func bound(_ row: Int) -> Int { min(max(row - start, 0).dividedRoundingUp(by: step), correlation.result.height) }
      return bound(rows.lowerBound)..<bound(rows.upperBound)
    }
  }

  init(_ pair: ExpandedDepthwise, in context: ExecutionContext) {
    self.pair = pair
    pool = context.pool
    kernels = context.kernels
    let (width, problem, rowFloats) = (context.kernels.width, pair.depthwise, pair.rowFloats)
    let strips = ExpandedStrips(pair, partialFloats: Partial(pair, kernels: context.kernels).floats)
    self.strips = strips
    filter = PackedFilter(.forward(pair.expansion.problem), of: pair.expansion.problem, width: width)
    transposed = PackedFilter(
      Correlation.inputGradient(pair.expansion.problem)[0], of: pair.expansion.problem, width: width)
    let correlation = Correlation.forward(problem)
    depthwise = correlation
    let clips = (left: correlation.left == 1, right: correlation.right == 1)
    let channels = problem.input.channels
    depthwiseShape = correlation.depthwiseShape(
      pixelPitch: channels, filterWidth: problem.kernel.width, clips: clips, activation: .none)
    depthwiseGradientShape = DepthwiseGradientShape(
      lines: correlation.lineShape(pixelPitch: channels), taps: problem.kernel.width, tapStep: channels,
      channels: channels, clipsLeft: clips.left, clipsRight: clips.right)
    let phases = Correlation.inputGradient(problem).map { correlation in
      let step = correlation.resultLineStep / rowFloats
      let source = SourceRows(
        correlation, contiguous: false, lines: strips.ownedRows.dividedRoundingUp(by: step) + 1, clips: true)
      return Phase(
        correlation: correlation, filter: PackedFilter(correlation, of: problem, width: width), source: source,
        shape: correlation.depthwiseShape(
          pixelPitch: source.pixelPitch, filterWidth: problem.kernel.width,
          clips: (source.clipsLeft, source.clipsRight), activation: .none),
        start: correlation.resultOffset / rowFloats, step: step)
    }
    self.phases = phases
    rowBytes = phases.map { $0.source.bytes.rounded(upTo: 64) }.max()!
  }

  // MARK: Filters

  package var packedFilterBytes: Int { filter.count * MemoryLayout<Float>.stride }
  package var packedTransposedBytes: Int { transposed.count * MemoryLayout<Float>.stride }

  /// Packs the expansion's filter for the product with the input.
  package func prepare(filter values: UnsafePointer<Float>, into packed: UnsafeMutableRawPointer) {
    filter.pack(values, into: packed.assumingMemoryBound(to: Float.self), on: pool)
  }

  /// The same for the product with the expanded gradient.
  package func prepare(transposed values: UnsafePointer<Float>, into packed: UnsafeMutableRawPointer) {
    transposed.pack(values, into: packed.assumingMemoryBound(to: Float.self), on: pool)
  }

  // MARK: Workspace: [chunk: partial result], [worker: memory]

  /// One chunk's gradients: [expansion's filter], [depthwise filter], [sums of whole panels].
  struct Partial {
    let filterFloats: Int
    let depthwiseFloats: Int
    let sumFloats: Int

    init(_ pair: ExpandedDepthwise, kernels: any KernelSet.Type) {
      filterFloats = pair.expansion.problem.filterCount.rounded(upTo: 16)
      depthwiseFloats = pair.depthwise.filterCount.rounded(upTo: 16)
      sumFloats = pair.expanded.channels.rounded(upTo: kernels.panelWidth).rounded(upTo: 16)
    }
    var floats: Int { filterFloats + depthwiseFloats + sumFloats }
  }
  var partial: Partial { Partial(pair, kernels: kernels) }

  private var ringFloats: Int { (strips.ringRows * pair.rowFloats).rounded(upTo: 16) }
  private var gradientFloats: Int { (strips.ownedRows * pair.rowFloats).rounded(upTo: 16) }
  private var packedFloats: Int {
    (strips.ownedRows * pair.expanded.width * kernels.panelWidth).rounded(upTo: 16)
  }
  private var pointerBytes: Int { (strips.ringRows * MemoryLayout<Source>.stride).rounded(upTo: 64) }
  private var workerBytes: Int {
    (ringFloats + gradientFloats + packedFloats + tileScratchFloats) * MemoryLayout<Float>.stride + pointerBytes
      + rowBytes
  }
  package var workspaceBytes: Int {
    strips.chunks * partial.floats * MemoryLayout<Float>.stride + pool.count * workerBytes
  }

  /// What a worker works on.
  struct Memory {
    /// [expanded row % ring rows][column][channel].
    let ring: UnsafeMutablePointer<Float>
    /// [owned expanded row][column][channel].
    let gradient: UnsafeMutablePointer<Float>
    /// [pixel][lanes of a panel].
    let packed: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>
    /// To rows of the ring.
    let pointers: UnsafeMutablePointer<Source>
    /// For rows of the output gradient.
    let rows: UnsafeMutableRawPointer
  }

  func memory(_ workspace: UnsafeMutableRawPointer, worker: Int) -> Memory {
    let partials = strips.chunks * partial.floats * MemoryLayout<Float>.stride
    let ring = (workspace + (partials + worker * workerBytes)).assumingMemoryBound(to: Float.self)
    let gradient = ring + ringFloats
    let packed = gradient + gradientFloats
    let scratch = packed + packedFloats
    let pointers = UnsafeMutableRawPointer(scratch + tileScratchFloats)
    return Memory(
      ring: ring, gradient: gradient, packed: packed, scratch: scratch,
      pointers: pointers.assumingMemoryBound(to: Source.self), rows: pointers + pointerBytes)
  }

  // MARK: Forward

  /// The tensors of a forward run.
  package struct Operands {
    /// [batch, height, width, channels]: the expansion's input.
    package let input: UnsafePointer<Float>
    /// What `prepare(filter:into:)` wrote, and [expanded channels].
    package let expansion: UnsafeRawPointer
    package let bias: UnsafePointer<Float>
    /// [kernel height, kernel width, expanded channels, 1].
    package let depthwise: UnsafePointer<Float>

    package init(
      input: UnsafePointer<Float>, expansion: UnsafeRawPointer, bias: UnsafePointer<Float>,
      depthwise: UnsafePointer<Float>
    ) {
      self.input = input
      self.expansion = expansion
      self.bias = bias
      self.depthwise = depthwise
    }
  }

  /// - Parameter output: the depthwise convolution's, all of which is written
  package func forward(
    _ operands: Operands, output: UnsafeMutablePointer<Float>, workspace: UnsafeMutableRawPointer
  ) {
    nonisolated(unsafe) let (operands, output, workspace) = (operands, output, workspace)
    pool.run { worker in
      let memory = memory(workspace, worker: worker)
      for chunk in pool.share(of: strips.chunks, worker: worker) {
        var done = 0
        strips.forEachStrip(of: chunk) { image, rows, isFirst in
          let read = strips.read(by: rows)
          let first = isFirst ? read.lowerBound : max(read.lowerBound, done)
          pool.phase(.expansion, worker) {
            expand(first..<max(read.upperBound, first), of: image, operands, memory)
          }
          pool.phase(.depthwise, worker) { convolve(rows, of: image, operands, output, memory) }
          done = read.upperBound
        }
      }
    }
  }

  /// Computes expanded rows of an image into the ring.
  func expand(_ rows: Range<Int>, of image: Int, _ operands: Operands, _ memory: Memory) {
    let width = pair.expanded.width
    let input = operands.input + image * pair.expansion.problem.input.count
    var from = rows.lowerBound
    while from < rows.upperBound {
      let slot = from % strips.ringRows
      let end = min(rows.upperBound, from + strips.ringRows - slot)
      multiply(
        input + from * width * pair.channels, channels: pair.channels,
        filter: operands.expansion.assumingMemoryBound(to: Float.self), bias: operands.bias,
        outputs: pair.expanded.channels, activation: pair.expansion.epilogue.activation,
        into: memory.ring + slot * pair.rowFloats, pixels: (end - from) * width, scratch: memory.scratch)
      from = end
    }
  }

  /// result[pixel, output] = activation(sum over channels of source[pixel, channel] * filter[channel, output] + bias).
  func multiply(
    _ source: UnsafePointer<Float>, channels: Int, filter: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    outputs: Int, activation: Activation, into result: UnsafeMutablePointer<Float>, pixels: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let shape = DirectShape(
      lines: .pixels(pixels, step: channels), segments: 1, segmentStep: channels, segmentLength: channels,
      output: TileOutputShape(
        channels: outputs, pixelStep: outputs, lineStep: 0, clampsBelow: activation != .none,
        clampsAbove: activation == .relu6))
    withUnsafePointer(to: source) { row in
      kernels.direct(
        shape,
        DirectBlock(
          rows: ImageRows(row, first: 0), filter: filter,
          panels: 0..<outputs.dividedRoundingUp(by: kernels.panelWidth), lines: 0..<1,
          endTile: EvenTiles(pixels, limit: kernels.tileRows).count,
          output: TileOutput(result, bias: bias, scratch: scratch)))
    }
  }

  /// Convolves output rows of an image from the ring.
  private func convolve(
    _ rows: Range<Int>, of image: Int, _ operands: Operands, _ output: UnsafeMutablePointer<Float>, _ memory: Memory
  ) {
    kernels.depthwise(
      depthwiseShape,
      DirectBlock(
        rows: ringRows(under: rows, memory), filter: operands.depthwise,
        panels: 0..<pair.expanded.channels.dividedRoundingUp(by: kernels.width), lines: rows,
        endTile: EvenTiles(depthwiseShape.lines.width, limit: kernels.depthwiseRows).count,
        output: TileOutput(output + image * depthwise.resultImageStep, bias: nil, scratch: memory.scratch)))
  }

  /// Pointers to the rows of the ring that output rows read.
  func ringRows(under rows: Range<Int>, _ memory: Memory) -> ImageRows {
    let read = strips.read(by: rows)
    let first = max(strips.firstRow(under: rows.lowerBound), 0)
    for row in read {
      let slot = memory.ring + row % strips.ringRows * pair.rowFloats
      memory.pointers[row - first] = Source(slot) - depthwise.left * pair.expanded.channels
    }
    return ImageRows(UnsafePointer(memory.pointers), first: first)
  }
}

extension LineShape {
  /// Pixels of a pointwise kernel in one line.
  static func pixels(_ count: Int, step: Int) -> LineShape {
    LineShape(imageHeight: 1, kernelHeight: 1, stride: 1, top: 0, pixelStep: step, width: count)
  }
}
