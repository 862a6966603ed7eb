import Convolution
import Glibc
import Measurement
import Networks
import Results
import Tensors
import Terms
import Testing
import Threads

@testable import bench

/// Allocations that a step makes, and who makes them.
@Suite struct ProfileWorkloadTests {
  @Test func anAllocationIsFoundAndItsLayerNamed() throws {
    let layers = try Network(
      "pair", summary: "", citation: "",
      layers: { net in
        net.convolution("frugal", channels: 4, kernel: 3, activation: .relu)
        net.convolution("wasteful", channels: 5, kernel: 3, activation: .relu)
      }
    ).layers(imageSize: 8)
    let context = ExecutionContext(pool: ThreadPool(count: 1))
    let program = try Program(
      layers, pass: .forward, batch: 1, choice: BackendChoice(Allocating()), in: context)
    _ = try program.makeReady(seed: 1)
    let rows = ProfileRows(program)
    let recorder = StepRecorder(program)
    _ = recorder.run()
    StepCost.countAllocations()
    // Other tests allocate meanwhile, in other threads; the named layer allocates in every step.
    let found = (0..<20).map { _ in recorder.wastefulRows(rows) }
    #expect(found.allSatisfy { $0.contains { $0.name == "wasteful" && $0.direction == .forward } })
    #expect(found.contains { !$0.contains { $0.name == "frugal" } })
  }
}

/// The direct back end, whose plans for five output channels allocate in every run.
private struct Allocating: ConvolutionBackend {
  let name = "allocating"
  let summary = "direct, with an allocation"

  func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? { nil }
  func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
    Direct().tolerance(problem, direction)
  }
  func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
    let plan = Direct().plan(request, in: context)
    return request.problem.outputChannels == 5 ? Wasteful(plan) : plan
  }

  final class Wasteful: ConvolutionPlan {
    let plan: any ConvolutionPlan
    init(_ plan: any ConvolutionPlan) { self.plan = plan }
    var algorithm: String { plan.algorithm }
    var workspaceBytes: Int { plan.workspaceBytes }
    var packedFilterBytes: Int { plan.packedFilterBytes }
    func prepare(filter: UnsafePointer<Float>, into packed: UnsafeMutableRawPointer) {
      plan.prepare(filter: filter, into: packed)
    }
    func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
      free(malloc(1000))
      plan.run(operands, workspace: workspace)
    }
  }
}
