import Tensors

extension Verifier {
  /// Runs a block's plan on random data and compares its result with that of the three convolutions' own plans: the bits
  /// must be the same. Those plans are to be verified by themselves.
  /// - Returns: the comparison, as one of the last convolution; nil where the back end has no plan for the block.
  /// - Throws: `AllocationError`.
  package func verify(
    _ backend: any ConvolutionBackend, _ block: InvertedResidual
  ) throws(AllocationError) -> Verification? {
    guard let plan = backend.plan(block, in: context) else { return nil }
    var stages: [VerificationTensors] = []
    for (number, request) in block.requests.enumerated() {
      stages.append(try VerificationTensors(request, seed: seed &+ UInt64(number)))
    }
    var input = UnsafePointer(stages[0].operands.input)
    for stage in stages {
      try run(backend.plan(stage.request, in: context), on: stage, input: input)
      input = UnsafePointer(stage.result.base)
    }
    let expected = stages[2].result.values.map(Double.init)
    stages[2].result.fill(.nan)
    try run(plan, on: stages)
    return Verification(
      request: block.projection, backend: "\(backend.name), \(plan.algorithm)",
      error: RelativeError(of: stages[2].result.values, from: expected), tolerance: .sameBits,
      compared: expected.count, total: expected.count)
  }

  private func run(
    _ plan: any ConvolutionPlan, on stage: VerificationTensors, input: UnsafePointer<Float>
  ) throws(AllocationError) {
    let packed = try poisoned(bytes: plan.packedFilterBytes)
    let workspace = try poisoned(bytes: plan.workspaceBytes)
    plan.prepare(filter: stage.operands.filter, into: packed.base)
    var operands = stage.operands
    operands.input = UnsafeMutablePointer(mutating: input)
    operands.packedFilter = UnsafeRawPointer(packed.base)
    plan.run(operands, workspace: workspace.base)
  }

  private func run(_ plan: InvertedResidualPlan, on stages: [VerificationTensors]) throws(AllocationError) {
    let (expansion, projection) = (
      try poisoned(bytes: plan.packedFilterBytes.expansion), try poisoned(bytes: plan.packedFilterBytes.projection)
    )
    let workspace = try poisoned(bytes: plan.workspaceBytes)
    plan.prepare(expansion: stages[0].operands.filter, into: expansion.base)
    plan.prepare(projection: stages[2].operands.filter, into: projection.base)
    let given = stages.map(\.operands)
    let operands = InvertedResidualPlan.Operands(
      input: given[0].input, expansion: .init(expansion.base, bias: given[0].bias),
      depthwise: .init(given[1].filter, bias: given[1].bias),
      projection: .init(projection.base, bias: given[2].bias), residual: given[2].residual, output: given[2].output)
    plan.run(operands, workspace: workspace.base)
  }

  private func poisoned(bytes: Int) throws(AllocationError) -> FloatBuffer {
    let buffer = try FloatBuffer(count: bytes / MemoryLayout<Float>.stride + 16)
    buffer.fill(.nan)
    return buffer
  }
}

extension Tolerance {
  fileprivate static let sameBits = Tolerance(
    max: 0, relativeL2: 0, because: "a fused block does the same multiply-adds in the same order")
}
