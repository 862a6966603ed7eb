import Analysis
import Convolution
import Foundation
import Measurement
import Networks
import Results
import TestSupport
import Testing
import Threads

@testable import bench

/// A slow kernel, an unbalanced deal and an allocation, each found by table, trace and comparison, by name.
@Suite(.serialized) struct InjectedFaultTests {
  private static let network = Network(
    "pair", summary: "", citation: "",
    layers: { net in
      net.convolution("sound", channels: 4, kernel: 3, activation: .relu)
      net.convolution("faulty", channels: FaultyDirect.channels, kernel: 3, activation: .relu)
    })

  private struct Profiled {
    let record: ProfileRecord
    let trace: TraceFile

    var layer: ProfileLayer { record.layers.first { $0.name == "faulty" }! }

    func slices(_ worker: Int) -> [TraceFile.Slice] {
      trace.slices.filter { $0.key.process == 1 }.sorted { $0.key.number < $1.key.number }[worker].value
    }
    /// The longest slice of a category on the track of a worker.
    func longest(_ worker: Int, _ category: String) -> TraceFile.Slice? {
      slices(worker).filter { $0.category == category }.max { $0.end - $0.begin < $1.end - $1.begin }
    }
    var tables: String { ProfileTables.all(record).map { TextRenderer().render($0) }.joined() }
  }

  private func profile(_ backend: any ConvolutionBackend) throws -> Profiled {
    let context = ExecutionContext(pool: ThreadPool(count: 2))
    let program = try Program(
      Self.network.layers(imageSize: 8), pass: .forward, batch: 2, choice: BackendChoice(backend), in: context)
    _ = try program.makeReady(seed: 1)
    let rows = ProfileRows(program)
    let workload = ProfileWorkload(program, rows, keepingSpans: 100_000)
    workload.step()
    workload.timingBegins()
    StepCost.countAllocations()
    let clock = MonotonicClock()
    let durations = (0..<12).map { number in
      workload.stepBegins()
      let begin = clock.nanoseconds
      workload.step()
      let duration = clock.seconds(since: begin)
      workload.stepEnded()
      workload.finished(step: number, duration: duration)
      return duration
    }
    var record = ProfileRecord(program, Self.network, backend: backend.name, 1, .skipped)
    record.add(ProfiledSteps(plain: durations, profiled: durations, times: workload.times), rows)
    record.cost = workload.cost
    let trace = PassTrace(program, rows, workload.steps, of: 12, label: "pair forward", cost: record.cost)
    return Profiled(record: record, trace: try TraceFile(try ProfileTrace(path: "", passes: [trace]).encoded().file))
  }

  private func comparison(_ a: Profiled, _ b: Profiled) -> String {
    let context = capturedContext()
    func file(_ profiled: Profiled) -> ProfileFile { ProfileFile(context: context, records: [profiled.record]) }
    return ProfileComparison.tables(file(a), file(b), names: ("a", "b")).map { TextRenderer().render($0) }.joined()
  }

  @Test func aSlowKernelIsNamed() throws {
    let (sound, slow) = (try profile(Direct()), try profile(FaultyDirect.slow(milliseconds: 4)))
    #expect(slow.record.layers.max { $0.time < $1.time }?.name == "faulty")
    #expect(slow.layer.phases.filter(\.name.isWork).max { $0.time < $1.time }?.name == .phase(.epilogue))
    #expect(slow.longest(0, "operation")?.name == "faulty forward")
    for worker in 0...1 { #expect(slow.longest(worker, "phase")?.name == "epilogue") }
    let lines = comparison(sound, slow).split(separator: "\n").filter { $0.hasSuffix("slower") }
    #expect(lines.contains { $0.hasPrefix("faulty forward ") }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("faulty forward: epilogue ") }, "\(lines)")
  }

  @Test func anUnbalancedDealIsNamed() throws {
    let (sound, uneven) = (try profile(Direct()), try profile(FaultyDirect.slow(milliseconds: 4, onlyWorker: 1)))
    // Another program may take a core meanwhile, so it is the median step that shows the wait.
    let waiting = try #require(uneven.layer.phases.first { $0.name == .waiting })
    #expect(waiting.durations.sorted()[6] > 1e-3)
    #expect(uneven.layer.imbalance > 0.3)
    let wait = try #require(uneven.longest(0, "wait"))
    let operation = try #require(
      uneven.slices(0).last { $0.category == "operation" && $0.begin <= wait.begin })
    #expect(wait.name == "waiting for the others" && operation.name == "faulty forward")
    let lines = comparison(sound, uneven).split(separator: "\n").filter { $0.hasSuffix("slower") }
    #expect(lines.contains { $0.hasPrefix("faulty forward: waiting ") }, "\(lines)")
  }

  @Test func anAllocationIsNamed() throws {
    let (sound, wasteful) = (try profile(Direct()), try profile(FaultyDirect.allocating))
    let warning = "Warning: a step should allocate nothing; in"
    #expect(wasteful.tables.contains("\(warning) one more step it was "))
    #expect(wasteful.record.cost!.layers.contains { $0.name == "faulty" && $0.cost.allocations! > 0 })
    let operations = wasteful.slices(0).filter { $0.name == "faulty forward" }
    #expect(!operations.isEmpty && operations.allSatisfy { $0.numbers["allocations_a_step"]! > 0 })
    let text = comparison(sound, wasteful)
    #expect(text.contains("\(warning) the second it was ") && text.contains("faulty forward ("), "\(text)")
  }
}
