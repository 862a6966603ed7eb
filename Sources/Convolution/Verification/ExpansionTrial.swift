import Tensors

/// Random tensors for a 1x1 convolution and the depthwise convolution behind it, and what plans make of them in all
/// directions of a step with gradients.
final class ExpansionTrial {
  let expansion: ConvolutionRequest
  let depthwise: ConvolutionRequest
  private let input: FloatBuffer
  private let filter: FloatBuffer
  private let bias: FloatBuffer
  private let taps: FloatBuffer
  private let outputGradient: FloatBuffer

  /// What all directions give. Everything is NaN until it is written.
  struct Results {
    let output: FloatBuffer
    let inputGradient: FloatBuffer
    let filterGradient: FloatBuffer
    let biasGradient: FloatBuffer
    let depthwiseGradient: FloatBuffer

    init(_ expansion: ConvolutionProblem, _ depthwise: ConvolutionProblem) throws(AllocationError) {
      output = try .poisoned(depthwise.outputCount)
      inputGradient = try .poisoned(expansion.inputCount)
      filterGradient = try .poisoned(expansion.filterCount)
      biasGradient = try .poisoned(expansion.outputChannels)
      depthwiseGradient = try .poisoned(depthwise.filterCount)
    }
  }

  init(expansion: ConvolutionRequest, depthwise: ConvolutionRequest, seed: UInt64) throws(AllocationError) {
    (self.expansion, self.depthwise) = (expansion, depthwise)
    let (first, second) = (expansion.problem, depthwise.problem)
    func random(_ name: String, _ count: Int, _ deviation: Double = 1) throws(AllocationError) -> FloatBuffer {
      let floats = try FloatBuffer(count: count)
      var random = Random(seed: seed, stream: name)
      let limit = Float((3 * deviation * deviation).squareRoot())
      random.fillUniform(floats.base, count: count, in: -limit...limit)
      return floats
    }
    input = try random("input", first.inputCount)
    // Values on every side of ReLU6.
    filter = try random("filter", first.filterCount, 4 / Double(first.input.channels).squareRoot())
    bias = try random("bias", first.outputChannels, 2)
    taps = try random("taps", second.filterCount)
    outputGradient = try random("output gradient", second.outputCount)
  }

  func run(_ plan: ExpandedDepthwisePlan) throws(AllocationError) -> Results {
    let results = try Results(expansion.problem, depthwise.problem)
    let float = MemoryLayout<Float>.stride
    let packed = try FloatBuffer.poisoned(plan.packedFilterBytes / float)
    let transposed = try FloatBuffer.poisoned(plan.packedTransposedBytes / float)
    let workspace = try FloatBuffer.poisoned(plan.workspaceBytes / float)
    plan.prepare(filter: filter.base, into: packed.base)
    plan.prepare(transposed: filter.base, into: transposed.base)
    let operands = ExpandedDepthwisePlan.Operands(
      input: input.base, expansion: UnsafeRawPointer(packed.base), bias: bias.base, depthwise: taps.base)
    plan.forward(operands, output: results.output.base, workspace: workspace.base)
    workspace.fill(.nan)
    plan.backward(
      operands,
      ExpandedDepthwisePlan.GradientOperands(
        outputGradient: outputGradient.base, transposed: UnsafeRawPointer(transposed.base),
        filterGradient: results.filterGradient.base, biasGradient: results.biasGradient.base,
        depthwiseGradient: results.depthwiseGradient.base, inputGradient: results.inputGradient.base),
      workspace: workspace.base)
    return results
  }

  /// The same from a plan of a back end for each convolution and direction.
  func run(singlePlansOf backend: any ConvolutionBackend, in context: ExecutionContext) throws(AllocationError)
    -> Results
  {
    let (first, second) = (expansion.problem, depthwise.problem)
    let results = try Results(first, second)
    let (expanded, g) = (try FloatBuffer.poisoned(first.outputCount), try FloatBuffer.poisoned(first.outputCount))
    func run(
      _ request: ConvolutionRequest, input: FloatBuffer, filter: FloatBuffer, output: FloatBuffer
    ) throws(AllocationError) {
      let planned = try PlannedConvolution(backend.plan(request, in: context), poisoned: true)
      if request.direction != .filterGradient { planned.prepare(filter: filter.base) }
      var operands = ConvolutionOperands(input: input.base, filter: filter.base, output: output.base)
      if request.epilogue.bias { operands.bias = UnsafePointer(bias.base) }
      planned.run(operands)
    }
    try run(expansion, input: input, filter: filter, output: expanded)
    try run(depthwise, input: expanded, filter: taps, output: results.output)
    try run(
      ConvolutionRequest(second, .filterGradient), input: expanded, filter: results.depthwiseGradient,
      output: outputGradient)
    try run(ConvolutionRequest(second, .inputGradient), input: g, filter: taps, output: outputGradient)
    let bounds = expansion.epilogue.activation.bounds
    var sums = [Double](repeating: 0, count: first.outputChannels)
    for index in 0..<g.count {
      if !(expanded[index] > bounds.lowerBound && expanded[index] < bounds.upperBound) { g[index] = 0 }
      sums[index % first.outputChannels] += Double(g[index])
    }
    for (channel, sum) in sums.enumerated() { results.biasGradient[channel] = Float(sum) }
    try run(
      ConvolutionRequest(first, .filterGradient), input: input, filter: results.filterGradient, output: g)
    try run(ConvolutionRequest(first, .inputGradient), input: results.inputGradient, filter: filter, output: g)
    return results
  }
}

extension FloatBuffer {
  fileprivate static func poisoned(_ count: Int) throws(AllocationError) -> FloatBuffer {
    let buffer = try FloatBuffer(count: count)
    buffer.fill(.nan)
    return buffer
  }
}
