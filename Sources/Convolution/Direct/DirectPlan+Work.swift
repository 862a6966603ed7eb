import Terms

extension ConvolutionProblem {
  /// The multiplications of the direct algorithm; each tensor is moved once.
  var directWork: PhaseWork { PhaseWork(flop: flops, bytes: Double(compulsoryBytes)) }
}

extension DirectPlan {
  var work: [KernelPhase: PhaseWork] { [.products: request.problem.directWork] }

  var preparationWork: [KernelPhase: PhaseWork] {
    packedFilterBytes == 0 ? [:] : [.packing: PhaseWork(bytes: 2 * Double(packedFilterBytes))]
  }
}

extension DirectFilterGradient {
  var work: [KernelPhase: PhaseWork] {
    var work: [KernelPhase: PhaseWork] = [.products: problem.directWork]
    if gradientIsPacked { work[.packing] = PhaseWork(floats: problem.outputCount, problem.outputCount) }
    if chunks > 1 { work[.reduction] = PhaseWork(floats: chunks * problem.filterCount, problem.filterCount) }
    return work
  }
}
