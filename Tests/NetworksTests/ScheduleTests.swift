import Convolution
import Terms
import Testing

@testable import Networks

/// In which order and micro-batches operations run.
@Suite struct ScheduleTests {
  @Test func operationsThatTakeMicroBatchesGoThroughTheBatchTogether() {
    #expect(
      dispatches([("a", .any), ("b", .images(2)), ("c", .any), ("sum", .batch), ("d", .any)], batch: 4)
        == ["a 0..<2", "b 0..<2", "c 0..<2", "a 2..<4", "b 2..<4", "c 2..<4", "sum 0..<4", "d 0..<4"])
  }

  @Test func anotherMicroBatchBeginsAnotherGroup() {
    #expect(
      dispatches([("a", .images(2)), ("b", .any), ("c", .images(1))], batch: 2)
        == ["a 0..<2", "b 0..<2", "c 0..<1", "c 1..<2"])
  }

  @Test func weightsAreTransformedBeforeTheGroupThatReadsThem() {
    #expect(
      dispatches([("a", .any), ("filter", .weights), ("b", .images(1)), ("c", .any)], batch: 2)
        == ["filter 0..<2", "a 0..<1", "b 0..<1", "c 0..<1", "a 1..<2", "b 1..<2", "c 1..<2"])
  }

  @Test func microBatchOfTheWholeBatchMakesNoGroup() {
    let steps = [step("a", .any), step("b", .images(3)), step("c", .any)]
    #expect(Schedule(steps, batch: 3).groups.map(\.count) == [1, 1, 1])
    #expect(Schedule(steps, batch: 6).groups.map(\.count) == [3])
  }

  /// What holds a micro-batch is overwritten with the next one: nobody may read it when the group is over, nor before
  /// it is written.
  @Test(arguments: Zoo.all.map(\.name), Pass.allCases)
  func microBatchTensorsStayInOneGroup(_ model: String, _ pass: Pass) throws {
    let layers = try #require(Zoo.named(model)).narrowLayers()
    let program = try Program(
      layers, pass: pass, batch: 3, choice: BackendChoice("auto"), in: context(), caches: .tiny)
    let hasBatchNorm = layers.parameters.contains { $0.role == .gamma }
    var microBatches: [ObjectIdentifier: Int] = [:]
    for (index, group) in program.schedule.groups.enumerated() {
      for operation in group {
        for tensor in operation.writes where tensor.storage == .microBatch {
          #expect(microBatches[ObjectIdentifier(tensor), default: index] == index, "\(tensor.name)")
          microBatches[ObjectIdentifier(tensor)] = index
        }
        for tensor in operation.reads where tensor.storage == .microBatch {
          #expect(microBatches[ObjectIdentifier(tensor)] == index, "\(tensor.name)")
        }
        let holdMicroBatches = (operation.reads + operation.writes).filter { $0.images == 1 }
        #expect(holdMicroBatches.allSatisfy { $0.storage == .microBatch && group.count > 1 })
        #expect(hasBatchNorm || holdMicroBatches.isEmpty)
      }
    }
  }

  /// Otherwise an operation would write more images than a tensor holds.
  @Test(arguments: TinyNetwork.all, Pass.allCases)
  func tensorsHoldWhatOperationsTake(_ network: TinyNetwork, _ pass: Pass) throws {
    for threads in [1, 2] {
      let program = try network.program(pass, TinyData(network), in: context(threads: threads), caches: .tiny)
      for dispatch in program.schedule.dispatches {
        for tensor in dispatch.operation.reads + dispatch.operation.writes {
          guard let images = tensor.images else { continue }
          #expect(images == network.batch || images == dispatch.images.count, "\(tensor.name)")
        }
      }
    }
  }

  private func step(_ name: String, _ microBatch: MicroBatch, _ log: @escaping (String) -> Void = { _ in }) -> Operation
  {
    Operation(name, .forward, microBatch, reads: [], writes: []) { log("\(name) \($0)") }
  }

  private func dispatches(_ steps: [(String, MicroBatch)], batch: Int) -> [String] {
    var log: [String] = []
    let schedule = Schedule(steps.map { step($0.0, $0.1) { log.append($0) } }, batch: batch)
    for dispatch in schedule.dispatches { dispatch.run() }
    return log
  }
}
