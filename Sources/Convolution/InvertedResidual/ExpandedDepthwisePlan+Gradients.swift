import Kernels
import Tensors
import Threads

extension ExpandedDepthwisePlan {
  /// The tensors that a backward run reads and writes besides those of a forward run. With g the gradient of the
  /// expansion before its activation:
  package struct GradientOperands {
    /// Shaped like the depthwise convolution's output.
    package let outputGradient: UnsafePointer<Float>
    /// What `prepare(transposed:into:)` wrote.
    package let transposed: UnsafeRawPointer
    /// [channels, expanded channels], written: x' g.
    package let filterGradient: UnsafeMutablePointer<Float>
    /// [expanded channels], written: the sum of g.
    package let biasGradient: UnsafeMutablePointer<Float>
    /// Shaped like the depthwise filter, written.
    package let depthwiseGradient: UnsafeMutablePointer<Float>
    /// Shaped like the input, written: g times the transposed filter. Nil where nobody asks for it.
    package let inputGradient: UnsafeMutablePointer<Float>?

    package init(
      outputGradient: UnsafePointer<Float>, transposed: UnsafeRawPointer,
      filterGradient: UnsafeMutablePointer<Float>, biasGradient: UnsafeMutablePointer<Float>,
      depthwiseGradient: UnsafeMutablePointer<Float>, inputGradient: UnsafeMutablePointer<Float>?
    ) {
      self.outputGradient = outputGradient
      self.transposed = transposed
      self.filterGradient = filterGradient
      self.biasGradient = biasGradient
      self.depthwiseGradient = depthwiseGradient
      self.inputGradient = inputGradient
    }
  }

  package func backward(
    _ operands: Operands, _ gradients: GradientOperands, workspace: UnsafeMutableRawPointer
  ) {
    nonisolated(unsafe) let (operands, gradients, workspace) = (operands, gradients, workspace)
    nonisolated(unsafe) let partials = workspace.assumingMemoryBound(to: Float.self)
    let partial = partial
    pool.run { worker in
      let memory = memory(workspace, worker: worker)
      for chunk in pool.share(of: strips.chunks, worker: worker) {
        let results = partials + chunk * partial.floats
        results.update(repeating: 0, count: partial.floats)
        var done = 0
        strips.forEachStrip(of: chunk) { image, rows, isFirst in
          let (read, owned) = (strips.read(by: rows), strips.owned(by: rows))
          let lower = min(read.lowerBound, owned.lowerBound)
          let (first, end) = (isFirst ? lower : max(lower, done), max(read.upperBound, owned.upperBound))
          pool.phase(.expansion, worker) { expand(first..<max(end, first), of: image, operands, memory) }
          done = end
          pool.phase(.depthwise, worker) {
            sumDepthwise(rows, of: image, gradients, into: results + partial.filterFloats, memory)
            differentiate(owned, of: image, operands, gradients, memory)
          }
          pool.phase(.products, worker) {
            finish(owned, of: image, operands, gradients, into: results, memory)
          }
        }
      }
    }
    addPartials(partials, to: gradients)
  }

  /// Adds output rows to the depthwise filter's gradient.
  private func sumDepthwise(
    _ rows: Range<Int>, of image: Int, _ gradients: GradientOperands, into result: UnsafeMutablePointer<Float>,
    _ memory: Memory
  ) {
    let tiles = EvenTiles(pair.depthwise.kernel.width, limit: kernels.tripleRows).count
    let vectors = pair.expanded.channels.dividedRoundingUp(by: kernels.width)
    let offset = image * depthwise.resultImageStep + rows.lowerBound * depthwise.resultLineStep
    kernels.depthwiseGradient(
      depthwiseGradientShape,
      DepthwiseGradientBlock(
        rows: ringRows(under: rows, memory), lines: rows, gradient: gradients.outputGradient + offset, result: result,
        units: 0..<vectors * pair.depthwise.kernel.height * tiles, accumulates: true, sums: nil))
  }

  /// The gradient of expanded rows: through the depthwise convolution and the activation.
  private func differentiate(
    _ rows: Range<Int>, of image: Int, _ operands: Operands, _ gradients: GradientOperands, _ memory: Memory
  ) {
    let outputGradient = gradients.outputGradient + image * depthwise.resultImageStep
    for phase in phases {
      let lines = phase.lines(in: rows)
      guard !lines.isEmpty else { continue }
      var source = RowRing(phase.source, memory: memory.rows)
      let table = source.load(lines, of: outputGradient)
      let result = memory.gradient + (phase.correlation.resultOffset - rows.lowerBound * pair.rowFloats)
      kernels.depthwise(
        phase.shape,
        DirectBlock(
          rows: ImageRows(table, first: phase.source.firstRow(lines.lowerBound)),
          filter: operands.depthwise + phase.filter.tapOffset, panels: 0..<phase.filter.panels, lines: lines,
          endTile: EvenTiles(phase.shape.lines.width, limit: kernels.depthwiseRows).count,
          output: TileOutput(result, bias: nil, scratch: memory.scratch)))
    }
    let bounds = pair.expansion.epilogue.activation.bounds
    guard bounds.lowerBound == 0 else { return }
    for row in rows {
      kernels.reluBackward(
        memory.gradient + (row - rows.lowerBound) * pair.rowFloats,
        activation: memory.ring + row % strips.ringRows * pair.rowFloats, ceiling: bounds.upperBound,
        count: pair.rowFloats)
    }
  }

  /// The two products of expanded rows' gradient: with the input, and with the filter.
  private func finish(
    _ rows: Range<Int>, of image: Int, _ operands: Operands, _ gradients: GradientOperands,
    into results: UnsafeMutablePointer<Float>, _ memory: Memory
  ) {
    let (channels, expanded) = (pair.channels, pair.expanded.channels)
    let pixels = rows.count * pair.expanded.width
    let offset = image * pair.expansion.problem.input.count + rows.lowerBound * pair.expanded.width * channels
    let shape = DirectGradientShape(
      lines: .pixels(pixels, step: channels), rowDepth: channels, outputs: expanded, resultStep: expanded)
    let tiles = EvenTiles(channels, limit: kernels.tileRows).count
    let sums = results + (partial.filterFloats + partial.depthwiseFloats)
    withUnsafePointer(to: operands.input + offset) { row in
      // A panel at a time: it stays in the first-level cache between the copy and the product.
      for panel in 0..<expanded.dividedRoundingUp(by: kernels.panelWidth) {
        kernels.packGradient(
          GradientPacking(
            source: memory.gradient, sourceStep: expanded, pixels: pixels, outputs: expanded,
            panels: panel..<panel + 1, destination: memory.packed, summed: panel..<panel + 1, sums: sums))
        kernels.directGradient(
          shape,
          DirectGradientBlock(
            rows: ImageRows(row, first: 0), lines: 0..<1, gradient: memory.packed, firstPanel: panel,
            result: results, units: panel * tiles..<(panel + 1) * tiles, accumulates: true,
            scratch: memory.scratch))
      }
    }
    guard let inputGradient = gradients.inputGradient else { return }
    multiply(
      memory.gradient, channels: expanded, filter: gradients.transposed.assumingMemoryBound(to: Float.self), bias: nil,
      outputs: channels, activation: .none, into: inputGradient + offset, pixels: pixels, scratch: memory.scratch)
  }

  private func addPartials(_ partials: UnsafePointer<Float>, to gradients: GradientOperands) {
    let (filterFloats, depthwiseFloats) = (partial.filterFloats, partial.depthwiseFloats)
    addPartials(partials, into: gradients.filterGradient, count: pair.expansion.problem.filterCount)
    addPartials(partials + filterFloats, into: gradients.depthwiseGradient, count: pair.depthwise.filterCount)
    addPartials(
      partials + (filterFloats + depthwiseFloats), into: gradients.biasGradient, count: pair.expanded.channels)
  }

  private func addPartials(
    _ partials: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, count: Int
  ) {
    nonisolated(unsafe) let (partials, result) = (partials, result)
    let step = partial.floats
    pool.split(count, grain: 64, as: .reduction) { range in
      kernels.addParts(
        partials + range.lowerBound, count: range.count, step: step, parts: strips.chunks,
        destination: result + range.lowerBound)
    }
  }
}
