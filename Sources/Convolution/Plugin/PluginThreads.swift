import CBenchBackend
import Terms
import Threads

/// What a shared library is given to work with: `bench_host`, made of a pool.
final class PluginThreads: @unchecked Sendable {
  /// For the library; its context is this object.
  let host: UnsafeMutablePointer<bench_host>
  private let pool: ThreadPool
  private let ownsThreads: Bool
  /// What a worker does that has said nothing else.
  private var usualPhase = KernelPhase.products
  /// The phase of each worker while phases are recorded, and when it began. Workers write elements of their own.
  private let phases: UnsafeMutablePointer<Current>

  private struct Current {
    var phase: KernelPhase?
    var begin: UInt64 = 0
    // Two cache lines apart, so that workers do not wait for each other's writes.
    var padding = SIMD16<UInt64>()
  }

  init(_ context: ExecutionContext, ownsThreads: Bool) {
    pool = context.pool
    self.ownsThreads = ownsThreads
    phases = .allocate(capacity: pool.count)
    phases.initialize(repeating: Current(), count: pool.count)
    host = .allocate(capacity: 1)
    host.initialize(to: bench_host())
    host.pointee.version = UInt32(BENCH_BACKEND_VERSION)
    host.pointee.struct_size = UInt32(MemoryLayout<bench_host>.size)
    host.pointee.threads = Int32(pool.count)
    host.pointee.instruction_set = context.instructionSet.pluginNumber
    host.pointee.context = Unmanaged.passUnretained(self).toOpaque()
    guard !ownsThreads else { return }
    host.pointee.parallel_for = { context, count, function, argument in
      PluginThreads.from(context).split(Int(count), function!, argument)
    }
    host.pointee.barrier = { context, worker in PluginThreads.from(context).barrier(Int(worker)) }
  }

  deinit {
    phases.deallocate()
    host.deallocate()
  }

  /// Calls a function of the library. It allocates nothing.
  func call(as phase: KernelPhase, _ body: () -> Int32) -> Int32 {
    usualPhase = phase
    guard !ownsThreads else {
      pool.park()
      var status: Int32 = 0
      pool.phase(phase, 0) { status = body() }
      return status
    }
    host.pointee.phase =
      pool.spans.isOn
      ? { context, worker, phase in PluginThreads.from(context).change(to: KernelPhase(plugin: phase), Int(worker)) }
      : nil
    return body()
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> PluginThreads {
    Unmanaged<PluginThreads>.fromOpaque(context!).takeUnretainedValue()
  }

  private func split(_ count: Int, _ function: bench_task, _ argument: UnsafeMutableRawPointer?) {
    nonisolated(unsafe) let argument = argument
    pool.run { worker in
      let share = pool.share(of: count, worker: worker)
      change(to: usualPhase, worker)
      function(argument, Int64(share.lowerBound), Int64(share.upperBound), Int32(worker))
      change(to: nil, worker)
    }
  }

  /// The wait belongs to no phase.
  private func barrier(_ worker: Int) {
    let phase = phases[worker].phase
    change(to: nil, worker)
    pool.barrier(worker)
    change(to: phase, worker)
  }

  private func change(to phase: KernelPhase?, _ worker: Int) {
    guard pool.spans.isOn, (0..<pool.count).contains(worker) else { return }
    if let current = phases[worker].phase { pool.endPhase(current, since: phases[worker].begin, worker) }
    phases[worker].phase = phase
    if let phase { phases[worker].begin = pool.beginPhase(phase, worker) }
  }
}

extension KernelPhase {
  /// Nil for no phase, and for one that this version does not know.
  fileprivate init?(plugin number: Int32) {
    switch Int(number) {
    case BENCH_PHASE_PACKING: self = .packing
    case BENCH_PHASE_PRODUCTS: self = .products
    case BENCH_PHASE_COLUMNS: self = .columns
    case BENCH_PHASE_SGEMM: self = .sgemm
    case BENCH_PHASE_EPILOGUE: self = .epilogue
    case BENCH_PHASE_REDUCTION: self = .reduction
    case BENCH_PHASE_FILTER_TRANSFORM: self = .filterTransform
    case BENCH_PHASE_INPUT_TRANSFORM: self = .inputTransform
    case BENCH_PHASE_OUTPUT_TRANSFORM: self = .outputTransform
    default: return nil
    }
  }
}

extension InstructionSet {
  var pluginNumber: Int32 { Int32(Self.allCases.firstIndex(of: self)!) }

  /// Nil for one that this version does not know.
  init?(plugin number: Int32) {
    guard Self.allCases.indices.contains(Int(number)) else { return nil }
    self = Self.allCases[Int(number)]
  }
}
