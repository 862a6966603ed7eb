import Terms

extension ConnectedForward {
  var work: [KernelPhase: PhaseWork] {
    let packing = problem.batch == 1 ? 0 : problem.inputCount
    let epilogue = PhaseWork(floats: problem.outputCount, problem.outputCount)
    return [
      .packing: PhaseWork(floats: packing, packing), .products: problem.directWork,
      problem.batch == 1 ? .reduction : .epilogue: epilogue,
    ]
  }

  var preparationWork: [KernelPhase: PhaseWork] {
    packedFilterBytes == 0 ? [:] : [.packing: PhaseWork(bytes: 2 * Double(packedFilterBytes))]
  }
}

extension ConnectedInputGradient {
  var work: [KernelPhase: PhaseWork] {
    [.packing: PhaseWork(floats: problem.outputCount, problem.outputCount), .products: problem.directWork]
  }
}

extension ConnectedFilterGradient {
  var work: [KernelPhase: PhaseWork] {
    let packed = problem.inputCount + problem.outputCount
    return [.packing: PhaseWork(floats: packed, packed), .products: problem.directWork]
  }
}
