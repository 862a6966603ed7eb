import Convolution
import Foundation
import Tensors

/// The child's side: it loads a library and verifies requests on it in guarded memory, until its input ends.
struct PluginServer {
  let context: ExecutionContext
  let path: String
  /// Where replies go. It is not the standard output, where the library may print.
  let output: Int32

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
    while let line = readLine() {
      guard let request = try? JSONDecoder().decode(PluginRequest.self, from: Data(line.utf8)),
        library.backends.indices.contains(request.backend)
      else { return send(.refused(reason: "'\(line.prefix(80))' is no request.")) }
      do { send(.verified(verdict: try verdict(request, library.backends[request.backend]))) } catch {
        send(.refused(reason: "\(error)"))
      }
    }
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
