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
    let result = stages.last!.result
    let expected = result.values.map(Double.init)
    result.fill(.nan)
    try run(plan, on: stages)
    return Verification(
      request: chain.convolutions.last!, backend: "\(backend.name), \(plan.algorithm)",
      error: RelativeError(of: result.values, from: expected),
      tolerance: plan.hasBitsOfSinglePlans ? .sameBits : backend.tolerance(chain), compared: expected.count,
      total: expected.count)
  }

  private func run(_ plan: any ConvolutionChainPlan, on stages: [VerificationTensors]) throws(AllocationError) {
    var packed: [FloatBuffer] = []
    for bytes in plan.packedFilterBytes { packed.append(try poisoned(bytes: bytes)) }
    let workspace = try poisoned(bytes: plan.workspaceBytes)
    for (number, stage) in stages.enumerated() {
      plan.prepare(filter: stage.operands.filter, of: number, into: packed[number].base)
    }
    let (first, last) = (stages[0].operands, stages.last!.operands)
    let weights = zip(stages, packed).map { stage, packed in
      ConvolutionChainOperands.Weights(
        filter: stage.operands.filter, packedFilter: packed.base, bias: stage.operands.bias)
    }
    withExtendedLifetime(packed) {
      plan.run(
        ConvolutionChainOperands(input: first.input, weights: weights, residual: last.residual, output: last.output),
        workspace: workspace.base)
    }
  }

  private func poisoned(bytes: Int) throws(AllocationError) -> FloatBuffer {
    let buffer = try FloatBuffer(count: bytes / MemoryLayout<Float>.stride + 16)
    buffer.fill(.nan)
    return buffer
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
