import CBenchBackend
import Tensors
import Terms

/// A plan of a shared library, with what the host does around it: it reorders tensors, applies the part of an epilogue
/// that the library cannot, and keeps what the library reports as failures.
///
/// A plan that the library could not make, or whose layouts this version does not know, computes nothing: its result
/// stays what it was, and the journal says why.
final class PluginPlan: ConvolutionPlan, @unchecked Sendable {
  let request: ConvolutionRequest
  let backend: PluginBackend
  let context: ExecutionContext
  let algorithm: String
  let memory: PluginMemory
  /// The rest of the epilogue, for the host.
  let rest: Epilogue
  let fused: UInt32
  let threads: PluginThreads
  private let handle: OpaquePointer?

  init(_ request: ConvolutionRequest, _ backend: PluginBackend, in context: ExecutionContext) {
    self.request = request
    self.backend = backend
    self.context = context
    threads = PluginThreads(context, ownsThreads: backend.ownsThreads)
    (fused, rest) = backend.fused(request)
    var problem = bench_problem(request, fused: fused)
    var info = bench_plan_info()
    info.version = UInt32(BENCH_BACKEND_VERSION)
    info.struct_size = UInt32(MemoryLayout<bench_plan_info>.size)
    var made: OpaquePointer?
    let host = threads.host
    backend.onCall?(request)
    let (status, text) = withPluginText {
      backend.table.plan_create(backend.address, &problem, host, &info, &made, $0, $1)
    }
    backend.onCall?(nil)
    let memory = PluginMemory(info, request, rest, workers: context.pool.count)
    if Int(status) == BENCH_OK, let made, let memory {
      handle = made
      self.memory = memory
      algorithm = info.algorithmName
    } else {
      if Int(status) == BENCH_OK, let made { backend.table.plan_destroy(made) }
      handle = nil
      self.memory = .none
      algorithm = "no plan"
      let reason =
        Int(status) != BENCH_OK
        ? "returned \(status)\(text.isEmpty ? "" : ": \(text)")"
        : made == nil
          ? "returned no plan"
          : "asks for layouts \(info.input_layout) and \(info.output_layout), alignment \(info.alignment) or more memory "
            + "than there can be"
      backend.journal.add("plan_create \(reason)")
    }
  }

  deinit {
    if let handle { backend.table.plan_destroy(handle) }
  }

  var workspaceBytes: Int { memory.byteCount }
  var packedFilterBytes: Int { memory.packedBytes }

  func prepare(filter: UnsafePointer<Float>, into packed: UnsafeMutableRawPointer) {
    guard let handle, memory.packed > 0, let prepare = backend.table.prepare else { return }
    let packed = memory.aligned(packed)
    let guards = backend.isGuarded ? PluginGuards(backend.journal) : nil
    let filter = guards?.input(filter, request.problem.filterCount, "filter") ?? filter
    let destination = guards?.output(packed, memory.packed, memory.alignment, "packed filter") ?? packed
    report("prepare") { text, length in
      threads.call(as: .packing) { prepare(handle, threads.host, filter, destination, text, length) }
    }
    guards?.finish()
  }

  func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
    guard let handle else { return }
    var tensors = memory.tensors(operands, request, fused, workspace)
    keepResidual(operands, workspace)
    reorder(operands, &tensors)
    if backend.isGuarded {
      let guards = PluginGuards(backend.journal)
      guards.protect(&tensors, self)
      call(handle, &tensors)
      guards.finish()
      tensors = memory.tensors(operands, request, fused, workspace)
    } else {
      call(handle, &tensors)
    }
    restore(tensors, operands)
    apply(rest, operands, workspace)
  }

  private func call(_ handle: OpaquePointer, _ tensors: inout bench_tensors) {
    report("run") { text, length in
      threads.call(as: .products) { backend.table.run(handle, threads.host, &tensors, text, length) }
    }
  }

  private func report(_ function: String, _ body: (UnsafeMutablePointer<CChar>, Int) -> Int32) {
    backend.onCall?(request)
    defer { backend.onCall?(nil) }
    let (status, text) = withPluginText(body)
    guard Int(status) != BENCH_OK else { return }
    backend.journal.add("\(function) returned \(status)\(text.isEmpty ? "" : ": \(text)")")
  }
}

extension PluginBackend {
  /// What a plan does besides, and what is left of the epilogue for the host: of bias, residual and activation, in this
  /// order, the plan gets as many as the library can do. A pool is fused only behind a whole epilogue.
  fileprivate func fused(_ request: ConvolutionRequest) -> (fused: UInt32, rest: Epilogue) {
    let (epilogue, others) = (request.epilogue, Capability.bits(request.fusions))
    var stages: [(bits: UInt32, rest: Epilogue)] = [(others, epilogue)]
    func add(_ bits: UInt32, _ change: (inout Epilogue) -> Void) {
      guard bits != 0, let last = stages.last else { return }
      var rest = last.rest
      change(&rest)
      stages.append((last.bits | bits, rest))
    }
    if epilogue.bias { add(Capability.bias) { $0.bias = false } }
    if epilogue.residual { add(Capability.residual) { $0.residual = false } }
    add(Capability.bits(epilogue.activation)) { $0.activation = .none }
    let fitting = stages.last { stage in
      table.capabilities & stage.bits == stage.bits
        && (stage.bits == 0 || reasonUnsupported(bench_problem(request, fused: stage.bits)) == nil)
    }
    let chosen = request.fusions.contains(.maxPool) ? stages.last! : fitting ?? stages[0]
    return (chosen.bits, chosen.rest)
  }
}

extension bench_plan_info {
  fileprivate var algorithmName: String {
    let name = withUnsafeBytes(of: algorithm) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return name.isEmpty ? "not named" : name
  }
}
