import Terms

/// The work of a product of columns [rows, depth] with a filter [depth, outputs], for each group.
private func work(
  _ problem: ConvolutionProblem, rows: Int, depth: Int, result: Int, tiles: Int, hasColumns: Bool
) -> [KernelPhase: PhaseWork] {
  let columns = problem.groups * rows * depth
  var work: [KernelPhase: PhaseWork] = [
    // BLAS reads the other matrix again for each tile of rows.
    .sgemm: PhaseWork(
      flop: 2 * Double(rows) * Double(depth) * Double(result), floats: columns,
      tiles * depth * result, rows * result)
  ]
  if hasColumns { work[.columns] = PhaseWork(floats: columns, columns) }
  return work
}

extension Im2colForward {
  var work: [KernelPhase: PhaseWork] {
    let (output, depth) = (problem.output, columnDepth)
    let rows = problem.batch * output.height * output.width
    var all = Convolution.work(
      problem, rows: rows, depth: depth, result: problem.outputChannels, tiles: tileCount,
      hasColumns: !problem.isPointwise)
    if epilogue != .none { all[.epilogue] = PhaseWork(floats: problem.outputCount, problem.outputCount) }
    return all
  }
}

extension Im2colInputGradient {
  var work: [KernelPhase: PhaseWork] {
    Convolution.work(
      problem, rows: problem.batch * problem.input.height * problem.input.width, depth: depth,
      result: problem.input.channels, tiles: tileCount, hasColumns: !problem.isPointwise)
  }

  var preparationWork: [KernelPhase: PhaseWork] {
    packedFilterBytes == 0 ? [:] : [.packing: PhaseWork(bytes: 2 * Double(packedFilterBytes))]
  }
}

extension Im2colFilterGradient {
  var work: [KernelPhase: PhaseWork] {
    let (output, depth) = (problem.output, columnDepth)
    return Convolution.work(
      problem, rows: problem.batch * output.height * output.width, depth: depth, result: problem.outputChannels,
      tiles: 1, hasColumns: !problem.isPointwise)
  }
}
