import Convolution
import Measurement
import Networks
import Results
import Terms
import TestSupport
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
        net.convolution("wasteful", channels: FaultyDirect.channels, kernel: 3, activation: .relu)
      }
    ).layers(imageSize: 8)
    let context = ExecutionContext(pool: ThreadPool(count: 1))
    let program = try Program(
      layers, pass: .forward, batch: 1, choice: BackendChoice(FaultyDirect.allocating), in: context)
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
