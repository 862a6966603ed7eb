import Convolution
import Tensors

/// Inverted residual blocks of MobileNetV2 in one plan: bound by the multiply-add units.
extension Workbench {
  public static let blocks: [LayerKernel] = [
    block("conv1 and block1", "c3h224w224k32r3u2p0+1", "g32c32h112w112k32r3p1", "c32h112w112k16r1"),
    block("block2", "c16h112w112k96r1", "g96c96h112w112k96r3u2p0+1", "c96h56w56k24r1"),
    block("block3", residual: true, "c24h56w56k144r1", "g144c144h56w56k144r3p1", "c144h56w56k24r1"),
    block("block5", residual: true, "c32h28w28k192r1", "g192c192h28w28k192r3p1", "c192h28w28k32r1"),
    block("block12", residual: true, "c96h14w14k576r1", "g576c576h14w14k576r3p1", "c576h14w14k96r1"),
    block("block16", residual: true, "c160h7w7k960r1", "g960c960h7w7k960r3p1", "c960h7w7k160r1"),
  ]

  private static func block(_ name: String, residual: Bool = false, _ convolutions: String...) -> LayerKernel {
    LayerKernel(name: "inverted residual (mobilenetv2 \(name))") { try $0.block(convolutions, residual: residual) }
  }

  /// An image for each thread.
  private func block(_ convolutions: [String], residual: Bool) throws -> Job {
    let requests = try zip(convolutions, [Activation.relu6, .relu6, .none]).map { text, activation in
      var problem = try ConvolutionProblem(parsing: text)
      problem.batch = threads
      return ConvolutionRequest(
        problem, .forward,
        epilogue: Epilogue(bias: true, residual: residual && activation == .none, activation: activation),
        filterIsConstant: true)
    }
    guard let chain = ConvolutionChain(requests), let plan = Direct().plan(chain, in: context) else {
      throw WorkbenchError("\(convolutions) is no block for one plan")
    }
    let problems = chain.problems
    let (input, output) = (try values(problems[0].inputCount), try values(problems[2].outputCount))
    let filters = try problems.map { try values($0.filterCount) }
    let biases = try problems.map { try values($0.outputChannels) }
    let packed = try plan.packedFilterBytes.map { try FloatBuffer(count: max($0, 64) / 4) }
    let workspace = try Memory(byteCount: plan.workspaceBytes)
    for (number, filter) in filters.enumerated() {
      plan.prepare(filter: filter.base, of: number, into: packed[number].base)
    }
    nonisolated(unsafe) let weights = problems.indices.map { number in
      ConvolutionChainOperands.Weights(
        filter: filters[number].base, packedFilter: packed[number].base, bias: biases[number].base)
    }
    return Job(flops: problems.map(\.flops).reduce(0, +)) {
      withExtendedLifetime((filters, biases, packed)) {
        plan.run(
          ConvolutionChainOperands(
            input: input.base, weights: weights, residual: residual ? input.base : nil, output: output.base),
          workspace: workspace.base)
      }
    }
  }
}
