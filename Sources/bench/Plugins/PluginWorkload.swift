import Measurement

/// A plan of a shared library as a workload: a child process takes the steps and times them, so that one that crashes,
/// hangs or ends the process leaves this process alive.
final class PluginWorkload: Workload {
  private let process: PluginProcess
  let algorithm: String
  let workspaceBytes: Int
  /// How the child ended or what the library reported, as a part of a sentence. After that no step does anything.
  private(set) var failure: String?
  private(set) var ownDuration: Double? = 0
  private var warms = false

  /// - Throws: `Failure` where no child can be started any more, or it refuses with a sentence
  init(_ process: PluginProcess, _ request: PluginRequest) throws {
    self.process = process
    var prepared = (algorithm: "no plan", workspaceBytes: 0)
    switch try process.ask(.prepare(request)) {
    case .reply(.prepared(let algorithm, let workspaceBytes)): prepared = (algorithm, workspaceBytes)
    case let answer: failure = Self.words(answer)
    }
    (algorithm, workspaceBytes) = prepared
  }

  /// The next step is asked for together with one before it, because the library's threads would sleep in between.
  func warmUp() { warms = true }

  func step() {
    defer { warms = false }
    guard failure == nil else { return }
    do {
      switch try process.ask(.step(warms: warms)) {
      case .reply(.took(let seconds)): ownDuration = seconds
      case let answer: failure = Self.words(answer)
      }
    } catch { failure = "\(error)" }
  }

  private static func words(_ answer: PluginProcess.Answer) -> String {
    switch answer {
    case .ended(let how): "\(how) while it was timed"
    case .reply(.failed(let faults)): "failed while it was timed: \(faults.joined(separator: "; "))"
    case .reply: "gave an answer that is none while it was timed"
    }
  }
}
