import Convolution
import Foundation
import Networks
import Results
import Tensors
import Terms
import Threads

/// The back ends that a command can name: those of the program, and those of the shared libraries that it names.
///
/// A library is loaded in a child process first, so that one that cannot be loaded is a sentence; and what it computes
/// is verified there, so that one that crashes is one, too.
final class Plugins {
  private struct Loaded {
    let process: PluginProcess
    /// The place in its library.
    let index: Int
    let backend: PluginBackend
    /// Another child, which has only this back end's steps to take.
    let timer: PluginProcess
  }

  private var loaded: [Loaded] = []
  /// The libraries, as results record them.
  private(set) var libraries: [SharedLibrary] = []

  /// The seconds that a verification may take; nil for the usual ones.
  private let limit: Double?

  /// Only the program's own.
  init(limit: Double? = nil) { self.limit = limit }

  var backends: [PluginBackend] { loaded.map(\.backend) }
  var isEmpty: Bool { loaded.isEmpty }
  /// Those of libraries first.
  var all: [any ConvolutionBackend] { backends as [any ConvolutionBackend] + Backends.all }

  func plugin(_ name: String) -> PluginBackend? { backends.first { $0.name == name } }
  func named(_ name: String) -> (any ConvolutionBackend)? { plugin(name) ?? Backends.named(name) }

  // MARK: Loading

  /// Loads the libraries that `texts` name.
  ///
  /// - Returns: the names of the back ends, one for each that is no library, and one for each of a library
  /// - Throws: `Failure`
  func load(_ texts: [String], in context: ExecutionContext, _ console: Console) throws -> [String] {
    try texts.flatMap { text -> [String] in
      guard let reference = PluginReference(text) else { return [text] }
      return try load(reference, in: context, console)
    }
  }

  private func load(_ reference: PluginReference, in context: ExecutionContext, _ console: Console) throws -> [String] {
    let data = try reference.contents()
    let process = try PluginProcess(reference.path, in: context, limit: limit)
    let chosen = process.backends.indices.filter {
      reference.backend ?? process.backends[$0].name == process.backends[$0].name
    }
    let offered = process.backends.map(\.name).joined(separator: ", ")
    guard let first = chosen.first else {
      throw Failure.usage("\(reference.path) has no back end '\(reference.backend ?? "")'. Use one of: \(offered).")
    }
    guard reference.alias == nil || chosen.count == 1 else {
      throw Failure.usage(
        "\(reference.path) has several back ends: \(offered). Give the name to one of them: "
          + "\(reference.alias ?? "")=\(reference.path):\(process.backends[first].name).")
    }
    for index in chosen {
      guard let reason = process.backends[index].reasonUnavailable else { continue }
      throw Failure.failed(
        "The back end '\(process.backends[index].name)' of \(reference.path) cannot run here: \(reason)")
    }
    if chosen.contains(where: { process.backends[$0].ownsThreads }) { makeOpenMPPassive(console) }
    PluginWatch.begin(libraries.map(\.path) + [reference.path])
    let library: PluginLibrary
    do { library = try PluginLibrary(path: reference.path) } catch { throw Failure.failed(error.description) }
    let names = try chosen.map { index in
      var backend = library.backends[index]
      if let alias = reference.alias { backend.name = alias }
      guard named(backend.name) == nil, backend.name != BackendChoice.automatic else {
        throw Failure.usage(
          "There is a back end '\(backend.name)' already; give that of \(reference.path) another name: "
            + "NAME=\(reference.path).")
      }
      loaded.append(Loaded(process: process, index: index, backend: backend, timer: process.another()))
      return backend.name
    }
    libraries.append(SharedLibrary(reference, data, backends: names))
    return names
  }

  /// What results record of a library that workers load; nil for the name of a back end of the program.
  /// - Throws: `Failure` where it cannot be loaded
  static func examined(_ text: String) throws -> SharedLibrary? {
    guard let reference = PluginReference(text) else { return nil }
    let data = try reference.contents()
    let process = try PluginProcess(reference.path, in: ExecutionContext(pool: ThreadPool(count: 1)))
    return SharedLibrary(reference, data, backends: process.backends.map(\.name))
  }

  static let waitPolicy = "OMP_WAIT_POLICY"

  /// Waiting threads of OpenMP would spin for milliseconds beside the back end whose turn is next.
  private func makeOpenMPPassive(_ console: Console) {
    let variable = Self.waitPolicy
    guard getenv(variable) == nil else { return }
    setenv(variable, "passive", 1)
    console.note("\(variable) is set to passive, so that the library's threads do not spin beside other back ends.")
  }

  // MARK: Verification

  /// Verifies a request in the child process.
  /// - Returns: nil where `name` is none of a library
  func verify(
    _ name: String, _ request: ConvolutionRequest, worksInPlace: Bool = false, seed: UInt64 = 1
  ) throws -> PluginProcess.Outcome? {
    guard let entry = loaded.first(where: { $0.backend.name == name }) else { return nil }
    return try entry.process.verify(PluginRequest(entry.index, request, worksInPlace: worksInPlace, seed: seed))
  }

  /// Prepares a request for steps in a child process of its back end.
  /// - Returns: nil where `name` is none of a library
  /// - Throws: `Failure` where no child can be started any more, or its memory does not suffice
  func workload(_ name: String, _ request: ConvolutionRequest) throws -> PluginWorkload? {
    guard let entry = loaded.first(where: { $0.backend.name == name }) else { return nil }
    return try PluginWorkload(entry.timer, PluginRequest(entry.index, request, worksInPlace: false, seed: 1))
  }

  /// Runs a pass of a network on a file of another framework, in the child process.
  /// - Returns: nil where `name` is none of a library
  func compare(
    _ name: String, model: String, reference: String, _ pass: Pass, strict: Bool
  ) throws -> PluginProcess.Answer? {
    guard let entry = loaded.first(where: { $0.backend.name == name }) else { return nil }
    return try entry.process.ask(
      .compare(
        PluginComparison(
          backend: entry.index, name: name, model: model, reference: reference, pass: pass, strict: strict)))
  }

  /// - Returns: the error of a plan of a library's back end
  /// - Throws: `Failure` with code 3 and the problem's text where it is not as it should be
  func error(of backend: PluginBackend, _ request: ConvolutionRequest, named name: String, seed: UInt64) throws
    -> RelativeError
  {
    let verified = request.asVerified
    guard let outcome = try verify(backend.name, verified, seed: seed) else {
      preconditionFailure("\(backend.name) is not loaded")
    }
    if case .verdict(let verdict) = outcome, verdict.complaints.isEmpty { return verdict.error }
    throw Failure(
      description: "\(name): " + Self.sentence(backend.name, verified, outcome.complaints) + " Nothing was timed.",
      status: ExitStatus.mismatch)
  }

  /// One sentence with the problem's text.
  static func sentence(_ name: String, _ request: ConvolutionRequest, _ complaints: [String]) -> String {
    "\(name) \(request.direction) \(request.problem): \(complaints.joined(separator: "; "))."
  }

  /// Whether a library reported a failure while it was timed.
  /// - Throws: `Failure` with code 3
  func checkJournals() throws {
    for backend in backends {
      guard let first = backend.journal.take().first else { continue }
      throw Failure(
        description: "\(backend.name) failed while it was timed, so the times mean nothing: \(first).",
        status: ExitStatus.mismatch)
    }
  }
}

extension SharedLibrary {
  fileprivate init(_ reference: PluginReference, _ data: Data, backends: [String]) {
    self.init(
      path: URL(fileURLWithPath: reference.path).standardizedFileURL.path, sha256: SHA256.digest([UInt8](data)),
      backends: backends)
  }
}

extension PluginReference {
  fileprivate func contents() throws -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure.failed("Cannot read \(path); check the path and its permissions.")
    }
    return data
  }
}
