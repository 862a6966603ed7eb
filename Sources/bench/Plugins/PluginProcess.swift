import Convolution
import Foundation
import Gate
import Measurement

/// A child process that has loaded a library. What crashes, hangs or ends there leaves this process alive; after that
/// another child takes its place.
final class PluginProcess {
  let path: String
  let backends: [PluginIdentity]
  private let machine: [String]
  private let program: String
  private let limit: Double
  private var child: ChildProcess?

  /// The environment variable with the seconds that one verification or step may take, and how many it may take without.
  static let limitVariable = "BENCH_PLUGIN_TIME_LIMIT"
  static let usualLimit = 120.0
  static var limitOfEnvironment: Double {
    let variable = ProcessInfo.processInfo.environment[limitVariable].flatMap(Double.init)
    return variable.flatMap { $0 > 0 && $0 <= 1e6 ? $0 : nil } ?? usualLimit
  }

  /// - Throws: `Failure` where the library cannot be loaded
  init(_ path: String, in context: ExecutionContext, limit: Double? = nil) throws {
    self.path = path
    machine = ["--threads", "\(context.pool.count)", "--isa", context.instructionSet.rawValue]
    program = try ownProgram()
    self.limit = limit ?? Self.limitOfEnvironment
    let child: ChildProcess
    (child, backends) = try Self.start(program, path, machine, self.limit)
    self.child = child
  }

  /// The same library in another child, which starts with the first question.
  func another() -> PluginProcess { PluginProcess(of: self) }

  private init(of other: PluginProcess) {
    (path, backends, machine) = (other.path, other.backends, other.machine)
    (program, limit) = (other.program, other.limit)
  }

  /// The reply to a question, or how the child ended as a part of a sentence.
  enum Answer {
    case reply(PluginReply)
    case ended(String)
  }

  /// The outcome of a verification: a verdict, or how the child ended as a part of a sentence.
  enum Outcome {
    case verdict(PluginVerdict)
    case ended(String)

    /// What is wrong, as parts of a sentence; empty where nothing is.
    var complaints: [String] {
      switch self {
      case .verdict(let verdict): verdict.complaints
      case .ended(let how): [how]
      }
    }
  }

  /// - Throws: `Failure` where no child can be started any more
  func verify(_ request: PluginRequest) throws -> Outcome {
    switch try ask(.verify(request)) {
    case .reply(.verified(let verdict)): .verdict(verdict)
    case .reply: ended()
    case .ended(let how): .ended(how)
    }
  }

  /// Asks and waits for the reply: as long as the limit allows, and from a network's run as long for each call.
  /// - Throws: `Failure` where no child can be started any more, or it refuses with a sentence
  func ask(_ question: PluginQuestion) throws -> Answer {
    let child = try self.child ?? Self.start(program, path, machine, limit).child
    self.child = child
    let line = String(decoding: try JSONEncoder().encode(question), as: UTF8.self)
    guard child.send(line) else { return .ended(ended().complaints[0]) }
    var (call, deadline) = ("", limit)
    if case .compare = question { deadline = .infinity }
    while true {
      switch child.receive(deadline: deadline) {
      case .end: return .ended(call + ended().complaints[0])
      case .timeout:
        self.child = nil
        _ = child.end()
        return .ended("\(call)did not end within \(limit.formatted()) seconds")
      case .text(let line):
        switch try? PluginReply(line) {
        case .calling(let request):
          call = request.map { "\($0): " } ?? ""
          deadline = request == nil ? .infinity : limit
        case .refused(let reason): throw Failure.failed(reason)
        case .loaded, nil: return .ended(call + ended().complaints[0])
        case .some(let reply): return .reply(reply)
        }
      }
    }
  }

  private func ended() -> Outcome {
    let ending = child?.end() ?? .earlier
    child = nil
    return .ended(Self.words(ending))
  }

  private static func start(
    _ program: String, _ path: String, _ machine: [String], _ limit: Double
  ) throws -> (child: ChildProcess, backends: [PluginIdentity]) {
    let child: ChildProcess
    var environment = ChildEnvironment.current
    // A crash is expected here; a backtrace of it would take seconds and fill the terminal.
    environment["SWIFT_BACKTRACE"] = "enable=no"
    environment[limitVariable] = "\(limit)"
    // The runtime of OpenMP reads it when the library is loaded; see `Plugins.makeOpenMPPassive`.
    environment[Plugins.waitPolicy] = environment[Plugins.waitPolicy] ?? "passive"
    do {
      child = try ChildProcess(program, arguments: ["plugin-worker", path] + machine, environment: environment)
    } catch { throw Failure.failed("Cannot start \(program) for \(path): \(error.text).") }
    // Starting a process has a part in it.
    let limit = max(limit, 20)
    switch child.receive(deadline: limit) {
    case .timeout:
      _ = child.end()
      throw Failure(
        description: "\(path) was not loaded within \(limit.formatted()) seconds.", status: ExitStatus.mismatch)
    case .end:
      throw Failure(description: "\(path) \(words(child.end())) while it was loaded.", status: ExitStatus.mismatch)
    case .text(let line):
      switch try? PluginReply(line) {
      case .loaded(let backends): return (child, backends)
      case .refused(let reason): throw Failure.failed(reason)
      case .some, nil:
        throw Failure(description: "\(path) \(words(child.end())) while it was loaded.", status: ExitStatus.mismatch)
      }
    }
  }

  /// How a child ended, in words that name the usual signals.
  private static func words(_ ending: ChildProcess.Ending) -> String {
    switch ending {
    case .signal(SIGSEGV): "crashed with a segmentation fault"
    case .signal(SIGBUS): "crashed with a bus error"
    case .signal(SIGABRT): "called abort() or failed an assertion"
    case .signal(SIGILL): "crashed on an instruction that this processor does not have"
    case .signal(SIGFPE): "crashed with an arithmetic error"
    case .code(let code): "ended the process with code \(code)"
    case .signal, .silent, .earlier: ending.description
    }
  }
}
