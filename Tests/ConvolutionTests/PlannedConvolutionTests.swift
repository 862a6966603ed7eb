import Testing
import Threads

@testable import Convolution

@Suite struct PlannedConvolutionTests {
  /// Writes the last floats of its workspace and of the packed filter, which it never wrote itself.
  private final class Careless: ConvolutionPlan {
    let algorithm = "careless"
    let workspaceBytes = 64
    let packedFilterBytes = 128

    func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
      operands.output[0] = workspace.load(fromByteOffset: 60, as: Float.self)
      operands.output[1] = operands.packedFilter!.load(fromByteOffset: 124, as: Float.self)
    }
  }

  @Test(arguments: [false, true]) func poisonShowsInTheResult(poisoned: Bool) throws {
    let result = GuardedFloats(count: 2, fill: 1)
    let planned = try PlannedConvolution(Careless(), poisoned: poisoned)
    planned.run(ConvolutionOperands(input: result.base, filter: result.base, output: result.base))
    #expect(result.values.allSatisfy { $0.isNaN == poisoned })
  }

  @Test func givesTheBitsOfThePlan() throws {
    let problem = try ConvolutionProblem(parsing: "n2c17h6w9k33r3p1")
    let request = ConvolutionRequest(problem, .forward)
    let context = ExecutionContext(pool: ThreadPool(count: 1))
    let (input, filter) = (
      GuardedFloats.random(problem.inputCount, "x"), GuardedFloats.random(problem.filterCount, "w")
    )
    let (expected, result) = (GuardedFloats(count: problem.outputCount), GuardedFloats(count: problem.outputCount))
    let operands = { (output: GuardedFloats) in
      ConvolutionOperands(input: input.base, filter: filter.base, output: output.base)
    }
    _ = execute(Direct(), request, operands(expected), .best, context.pool)
    let planned = try PlannedConvolution(Direct().plan(request, in: context), poisoned: true)
    planned.prepare(filter: filter.base)
    planned.run(operands(result))
    #expect(result.isSame(as: expected))
  }
}
