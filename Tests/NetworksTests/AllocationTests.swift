import CAllocationCount
import Convolution
import Networks
import Synchronization
import Terms
import Testing
import Threads

/// A step allocates nothing, on one thread or several: what the allocator does would be timed too, and not be the same
/// twice.
@Suite(.serialized) struct AllocationTests {
  /// Networks that are narrow here: others have the same kinds of layers, in all their width.
  private static let narrow: Set = ["overfeat", "vgg11", "vgg16-cifar10", "resnet50"]

  @Test(arguments: Zoo.all.map(\.name), Pass.allCases)
  func stepAllocatesNothing(model: String, pass: Pass) throws {
    for backend in [BackendChoice.automatic, "winograd:f2", "winograd:f6", "direct"] {
      for threads in 1...2 {
        let pool = ThreadPool(count: threads)
        let network = try #require(Zoo.named(model))
        let layers =
          try Self.narrow.contains(model) ? network.narrowLayers() : network.layers(imageSize: 64)
        let program = try Program.ready(layers, pass, batch: 2, backend: backend, in: ExecutionContext(pool: pool))
        program.run()
        let allocations = counted(on: pool) { program.run() }
        #expect(allocations == 0, "\(model) \(pass.rawValue) \(backend), \(threads) threads")
      }
    }
  }

  /// A profiler that interrupted the allocator would have samples there that are not the step's.
  @Test func labelledStepAllocatesNothing() throws {
    let pool = ThreadPool(count: 2)
    let network = try #require(Zoo.named("mobilenetv2"))
    let program = try Program.ready(
      network.layers(imageSize: 64), .train, batch: 2, backend: BackendChoice.automatic,
      in: ExecutionContext(pool: pool))
    #expect(program.labelOperations(from: 1).count > 100)
    program.run()
    #expect(counted(on: pool) { program.run() } == 0)
  }

  /// The count would be zero, too, if nothing were counted.
  @Test func allocationsAreCounted() {
    let pool = ThreadPool(count: 2)
    var kept: [UnsafeMutableRawPointer?] = [nil, nil]
    kept.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let blocks = buffer
      let allocations = counted(on: pool) {
        pool.run { worker in blocks[worker] = .allocate(byteCount: 100, alignment: 16) }
      }
      #expect(allocations == 2, "one on each worker")
      for block in blocks { block?.deallocate() }
    }
  }

  /// How often this thread and the workers of `pool` allocate while `body` runs. Other tests run on other threads.
  private func counted(on pool: ThreadPool, _ body: () -> Void) -> Int {
    allocation_count_start()
    _ = allocations(on: pool)  // The first call makes metadata of the runtime.
    let before = allocations(on: pool)
    body()
    return allocations(on: pool) - before
  }

  private func allocations(on pool: ThreadPool) -> Int {
    let sum = Atomic<Int>(0)
    pool.run { _ in sum.add(allocation_count_of_thread().allocations, ordering: .relaxed) }
    return sum.load(ordering: .relaxed)
  }
}
