import Convolution
import Kernels
import Networks
import Tensors
import Terms
import TestSupport
import Testing
import Threads

/// Where a profile says that the time of a step went.
@Suite(.serialized) struct ProfileTests {
  private static let context = ExecutionContext(pool: ThreadPool(count: 2))

  private func program(
    _ layers: [Layer], _ pass: Pass, batch: Int = 2, _ choice: BackendChoice = try! BackendChoice()
  ) throws -> Program {
    let program = try Program(layers, pass: pass, batch: batch, choice: choice, in: Self.context)
    try program.allocate()
    program.initialize(seed: 1)
    program.prepare()
    return program
  }

  /// The times of a step, the second one: the first one may have had no room for its spans.
  private func times(_ program: Program) throws -> (rows: ProfileRows, times: StepTimes) {
    let (recorder, rows) = (StepRecorder(program), ProfileRows(program))
    _ = recorder.run()
    try #require(recorder.run())
    return (rows, rows.times(recorder.recorded()))
  }

  @Test(arguments: TinyNetwork.all, Pass.allCases) func partsAddUp(network: TinyNetwork, pass: Pass) throws {
    let (rows, times) = try times(program(network.layers, pass))
    let sum = times.rows.reduce(0) { $0 + $1.duration }
    #expect(abs(sum + times.between - times.duration) < 1)
    for (row, planned) in zip(times.rows, rows.rows) {
      let activities = row.activities.values.reduce(0, +)
      #expect(abs(activities - 2 * row.duration) <= 0.01 * 2 * row.duration + 10, "\(planned.layer) \(planned.phase)")
      #expect(row.workers.allSatisfy { $0.values.allSatisfy { $0 >= 0 } }, "\(planned.layer) \(planned.phase)")
    }
  }

  @Test(arguments: ["auto", "direct", "im2col", "winograd"])
  func everyPhaseHasItsWork(backend: String) throws {
    for pass in [Pass.forward, .forwardBackward] {
      let layers = try Zoo.named("alexnet")!.layers(imageSize: 67)
      let (rows, times) = try times(program(layers, pass, batch: 2, BackendChoice(backend)))
      for (row, planned) in zip(times.rows, rows.rows) where !planned.assignments.isEmpty {
        let name = "\(planned.layer) \(planned.phase)"
        #expect(planned.flop > 0 && planned.executedFLOP > 0 && planned.compulsoryBytes > 0, "\(name)")
        for phase in row.calls.keys where planned.assignments[0].backend != "naive" {
          #expect(planned.work[phase] != nil || phase == .reduction || phase == .reluBackward, "\(name) \(phase)")
        }
      }
    }
  }

  @Test func winogradExecutesFewerOperations() throws {
    let layers = try Zoo.named("vgg16")!.layers(imageSize: 32)
    let rows = ProfileRows(try program(layers, .forwardBackward, batch: 1)).rows
    let conv = try #require(rows.first { $0.layer == "conv3_2" && $0.phase == .forward })
    #expect(conv.assignments[0].backend == "winograd")
    // F(4x4, 3x3) needs 36 products where the definition needs 144; tiles of 4 x 4 cover 8 x 8 exactly.
    #expect(abs(conv.executedFLOP / conv.flop - 0.25) < 0.01)
    #expect(conv.work[.filterTransform] != nil)
  }

  @Test func aFusedBlockShowsItsStages() throws {
    let layers = try Zoo.named("mobilenetv2")!.layers(imageSize: 64)
    let (rows, times) = try times(program(layers, .forward, batch: 1))
    let index = try #require(rows.rows.firstIndex { $0.kind == "fused block" })
    let calls = times.rows[index].calls
    #expect(calls[.expansion]! > 0 && calls[.depthwise]! > 0 && calls[.projection]! > 0)
    #expect(rows.rows[index].flop == rows.rows[index].executedFLOP)
  }

  @Test func aSlowKernelIsFound() throws {
    let slow = FaultyDirect.slow(milliseconds: 5)
    let program = try program(Self.pair, .forward, BackendChoice(slow))
    let (rows, times) = try times(program)
    let slowest = times.rows.indices.max { times.rows[$0].duration < times.rows[$1].duration }!
    #expect(rows.rows[slowest].layer == "slow")
    // On a busy machine, a part of it is time without the core.
    let activities = times.rows[slowest].activities
    #expect(activities[.phase(.epilogue)]! > 5e5)
    #expect(activities[.phase(.epilogue)]! + (activities[.preempted] ?? 0) > 9e6)
  }

  @Test func anUnbalancedDealIsFound() throws {
    let uneven = FaultyDirect.slow(milliseconds: 5, onlyWorker: 1)
    let program = try program(Self.pair, .forward, BackendChoice(uneven))
    #expect(
      try inAQuietStep {
        let (rows, times) = try times(program)
        let row = times.rows[rows.rows.firstIndex { $0.layer == "slow" }!]
        return row.workers[0][.waiting]! > 3e6 && row.workers[1][.waiting] ?? 0 < 1e6
      })
  }

  /// Whether one of twenty steps shows it: on a busy machine, others have their cores taken.
  private func inAQuietStep(_ shows: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<20 where try shows() { return true }
    return false
  }

  private static let pair = try! Network(
    "pair", summary: "", citation: "",
    layers: { net in
      net.convolution("quick", channels: 4, kernel: 3, activation: .relu)
      net.convolution("slow", channels: FaultyDirect.channels, kernel: 3, activation: .relu)
    }
  ).layers(imageSize: 8)
}
