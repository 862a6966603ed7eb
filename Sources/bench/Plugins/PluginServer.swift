import Convolution
import Foundation
import Measurement
import Networks
import Tensors

/// The child's side: it loads a library, verifies requests on it in guarded memory, and takes steps, until its
/// input ends.
struct PluginServer {
  let context: ExecutionContext
  let path: String
  /// Where replies go. It is not the standard output, where the library may print.
  let output: Int32
  /// The seconds that a request may take.
  let limit: Double

  func serve() {
    let library: PluginLibrary
    do { library = try PluginLibrary(path: path) } catch { return send(.refused(reason: error.description)) }
    send(
      .loaded(
        backends: library.backends.map {
          PluginIdentity(
            name: $0.name, summary: $0.summary, reasonUnavailable: $0.reasonUnavailable(with: context.instructionSet),
            ownsThreads: $0.ownsThreads)
        }))
    var workload: LayerWorkload?
    while let line = readLine() {
      guard let question = try? JSONDecoder().decode(PluginQuestion.self, from: Data(line.utf8)) else {
        return send(.refused(reason: "'\(line.prefix(80))' is no request."))
      }
      // What hangs must not stay when the process that asks has gone; until then, that one ends it.
      alarm(patience)
      do { send(try reply(question, library, &workload)) } catch { send(.refused(reason: "\(error)")) }
      alarm(0)
    }
  }

  /// The seconds after which the process ends by itself.
  private var patience: UInt32 { UInt32(limit.rounded(.up)) + 10 }

  private func reply(
    _ question: PluginQuestion, _ library: PluginLibrary, _ workload: inout LayerWorkload?
  ) throws -> PluginReply {
    switch question {
    case .verify(let request):
      return .verified(verdict: try verdict(request, library.backends[request.backend]))
    case .prepare(let request):
      // The old tensors are freed first, because two sets may not fit into memory.
      workload = nil
      return try prepare(request, library.backends[request.backend], &workload)
    case .step(let warms):
      guard let workload else { return .refused(reason: "There is nothing prepared to take steps of.") }
      if warms { workload.warmUp() }
      let clock = MonotonicClock()
      let start = clock.nanoseconds
      workload.step()
      let seconds = clock.seconds(since: start)
      let faults = library.faults()
      return faults.isEmpty ? .took(seconds: seconds) : .failed(faults: faults)
    case .compare(let comparison):
      return try compare(comparison, library)
    }
  }

  /// Makes a plan as it is timed: without guards, for the whole batch.
  private func prepare(
    _ question: PluginRequest, _ backend: PluginBackend, _ workload: inout LayerWorkload?
  ) throws -> PluginReply {
    let request = try question.request()
    let (problem, direction) = (request.problem, request.direction)
    let plan = backend.plan(request, in: context)
    try checkMemory(
      LayerTensors.bytes(problem) + problem.resultBytes(direction) + plan.scratchBytes,
      for: "\(problem) on \(backend.name)", remedy: "Use a smaller batch.")
    workload = try LayerWorkload(
      plan, direction, LayerTensors(problem, seed: 1), result: FloatBuffer(count: problem.resultCount(direction)),
      preparesEachStep: direction != .forward)
    let faults = backend.journal.take()
    return faults.isEmpty
      ? .prepared(algorithm: plan.algorithm, workspaceBytes: plan.workspaceBytes) : .failed(faults: faults)
  }

  /// Runs a network, and tells of each call of the library, so that one that does not return is known by its problem.
  private func compare(_ comparison: PluginComparison, _ library: PluginLibrary) throws -> PluginReply {
    var backend = library.backends[comparison.backend]
    backend.name = comparison.name
    let calls = CallLog()
    backend.onCall = { [journal = backend.journal] request in
      // A network may take as long as it likes: the limit is for each call.
      alarm(request == nil ? 0 : patience)
      calls.faults += journal.take().map { "\(calls.current): \($0)" }
      calls.current = request.map { "\($0.direction) \($0.problem)" } ?? ""
      send(.calling(request: request == nil ? nil : calls.current))
    }
    alarm(0)
    let file = try ReferenceFile(path: comparison.reference, model: try ModelFile.model(comparison.model))
    let choice = BackendChoice(backend, strict: comparison.strict)
    let compared = try file.compare(comparison.pass, choice: choice, in: context)
    guard calls.faults.isEmpty else { return .failed(faults: calls.faults) }
    return .compared(tensors: compared.map(PluginTensor.init))
  }

  private func verdict(_ question: PluginRequest, _ backend: PluginBackend) throws -> PluginVerdict {
    var backend = backend
    backend.isGuarded = true
    backend.worksInPlace = question.worksInPlace
    let request = try question.request()
    let verifier = Verifier(in: context, seed: question.seed, namesCrashes: false)
    let outcome = try verifier.verify(backend, request)
    let faults = backend.journal.take()
    let plan = backend.plan(request, in: context)
    _ = backend.journal.take()
    return PluginVerdict(
      algorithm: plan.algorithm, max: outcome.error.max, relativeL2: outcome.error.relativeL2,
      allowedMax: outcome.tolerance.max, allowedL2: outcome.tolerance.relativeL2, faults: faults,
      findings: outcome.findings)
  }

  private func send(_ reply: PluginReply) {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = PluginReply.infinities
    // A reply is made of strings and numbers alone.
    let bytes = Array(try! encoder.encode(reply)) + [UInt8(ascii: "\n")]
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
      if count > 0 { sent += count } else if errno != EINTR { return }
    }
  }
}

/// What a library was called for, and what it reported. Calls come one after the other, from the thread that runs the
/// network.
private final class CallLog: @unchecked Sendable {
  var current = ""
  var faults: [String] = []
}

extension PluginLibrary {
  /// What its plans have reported since the last call.
  fileprivate func faults() -> [String] { backends.flatMap { $0.journal.take() } }
}

extension PluginReply {
  static let infinities = JSONEncoder.NonConformingFloatEncodingStrategy.convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")

  init(_ line: String) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try decoder.decode(Self.self, from: Data(line.utf8))
  }
}
