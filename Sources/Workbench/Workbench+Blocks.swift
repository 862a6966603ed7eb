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
    guard let block = InvertedResidual(requests[0], requests[1], requests[2]),
      let plan = Direct().plan(block, in: context)
    else { throw WorkbenchError("\(convolutions) is no block for one plan") }
    let problems = requests.map(\.problem)
    let (input, output) = (try values(problems[0].inputCount), try values(problems[2].outputCount))
    let filters = try problems.map { try values($0.filterCount) }
    let biases = try problems.map { try values($0.outputChannels) }
    let sizes = plan.packedFilterBytes
    let expansion = try FloatBuffer(count: sizes.expansion / 4)
    let projection = try FloatBuffer(count: sizes.projection / 4)
    let workspace = try Memory(byteCount: plan.workspaceBytes)
    plan.prepare(expansion: filters[0].base, into: expansion.base)
    plan.prepare(projection: filters[2].base, into: projection.base)
    return Job(flops: problems.map(\.flops).reduce(0, +)) {
      let operands = InvertedResidualPlan.Operands(
        input: input.base, expansion: .init(expansion.base, bias: biases[0].base),
        depthwise: .init(filters[1].base, bias: biases[1].base),
        projection: .init(projection.base, bias: biases[2].base), residual: residual ? input.base : nil,
        output: output.base)
      plan.run(operands, workspace: workspace.base)
    }
  }
}
