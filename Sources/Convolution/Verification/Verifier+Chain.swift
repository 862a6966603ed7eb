import Tensors

extension Verifier {
  /// Runs a chain's plan on random data and compares its result with that of the back end's plans of its convolutions,
  /// run one after the other. Those plans are to be verified by themselves.
  ///
  /// - Returns: the comparison, as one of the last convolution; nil where the back end has no plan for the chain.
  /// - Throws: `AllocationError`.
  package func verify(
    _ backend: any ConvolutionBackend, _ chain: ConvolutionChain
  ) throws(AllocationError) -> Verification? {
    guard let plan = backend.plan(chain, in: context) else { return nil }
    var stages: [VerificationTensors] = []
    for (number, request) in chain.convolutions.enumerated() {
      stages.append(try VerificationTensors(request, seed: seed &+ UInt64(number)))
    }
    var input = UnsafePointer(stages[0].operands.input)
    for stage in stages {
      let planned = try PlannedConvolution(backend.plan(stage.request, in: context), poisoned: true)
      planned.prepare(filter: stage.operands.filter)
      var operands = stage.operands
      operands.input = UnsafeMutablePointer(mutating: input)
      planned.run(operands)
      input = UnsafePointer(stage.result.base)
    }
    let last = stages.last!
    let expected = last.result.values.map(Double.init)
    for stage in stages { _ = stage.takeTrespasses() }
    let trespasses = try run(plan, on: stages)

    let tolerance = plan.hasBitsOfSinglePlans ? .sameBits : backend.tolerance(chain)
    // The activations between have about half the deviation of the random input.
    let deviation = plan.hasBitsOfSinglePlans ? 0 : last.deviation / 2
    var tally = ResultTally(limit: tolerance.max * 4 * deviation)
    for (index, value) in expected.enumerated() {
      let isAtBorder = last.layout.isAtBorder(index / last.layout.channels)
      tally.add(last.result.base[index], value, at: index, isAtBorder: isAtBorder)
    }
    let error = tally.hasNaN ? .unwritten : tally.sums.error(deviation: deviation)
    let isWrong = tally.hasFindings || !tolerance.admits(error)
    return Verification(
      request: chain.convolutions.last!, backend: "\(backend.name), \(plan.algorithm)", error: error,
      tolerance: tolerance, compared: expected.count, total: expected.count,
      findings: trespasses + (isWrong ? [tally.finding(last.layout, "output", compared: expected.count)] : []))
  }

  /// - Returns: what the plan accessed and was not to.
  private func run(
    _ plan: any ConvolutionChainPlan, on stages: [VerificationTensors]
  ) throws(AllocationError) -> [String] {
    var packed: [GuardedFloats] = []
    for bytes in plan.packedFilterBytes { packed.append(try guarded(bytes: bytes)) }
    let workspace = try guarded(bytes: plan.workspaceBytes)
    for (number, stage) in stages.enumerated() {
      plan.prepare(filter: stage.operands.filter, of: number, into: packed[number].base)
    }
    let (first, last) = (stages[0].operands, stages.last!.operands)
    let weights = zip(stages, packed).map { stage, packed in
      ConvolutionChainOperands.Weights(
        filter: stage.operands.filter, packedFilter: packed.base, bias: stage.operands.bias)
    }
    let operands = ConvolutionChainOperands(
      input: first.input, weights: weights, residual: last.residual, output: last.output)
    for stage in stages.dropLast() { stage.protect() }
    for memory in packed { memory.protect() }
    stages.last!.poisonedAndProtected {
      namingCrashes(of: "The chain \(stages.map { $0.request.problem.description }.joined(separator: " > "))") {
        plan.run(operands, workspace: workspace.base)
      }
    }
    for memory in packed { memory.unprotect() }
    for stage in stages.dropLast() { stage.unprotect() }
    var trespasses = stages.flatMap { $0.takeTrespasses() }
    for (name, memory) in packed.map({ ("packed filter", $0) }) + [("workspace", workspace)] {
      if let trespass = memory.takeTrespass() { trespasses.append(trespass.sentence(name)) }
    }
    return trespasses
  }
}

extension Tolerance {
  fileprivate static let sameBits = Tolerance(
    max: 0, relativeL2: 0, because: "the plan does the same multiply-adds in the same order")
}

extension ConvolutionBackend {
  /// How far two results of a chain may lie from each other.
  fileprivate func tolerance(_ chain: ConvolutionChain) -> Tolerance {
    let each = chain.problems.map { tolerance($0, .forward) }
    return Tolerance(
      max: 2 * each.map(\.max).reduce(0, +), relativeL2: 2 * each.map(\.relativeL2).reduce(0, +),
      because: "every convolution adds its error, in the chain's plan and in the plans that it is compared with")
  }
}
