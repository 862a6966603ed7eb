import Foundation

/// Another program that runs beside this one, with its output to be read when it has ended.
package final class Command: @unchecked Sendable {
  /// How it went.
  package enum Outcome: Equatable, Sendable {
    /// It ended with 0; its standard output.
    case output(String)
    /// It ended otherwise; its standard error.
    case failed(status: Int32, String)
    /// The system could not start it, or it does not exist.
    case missing
    /// It gave no answer in time, and was killed.
    case silent
  }

  private let process = Process()
  private let (out, err) = (Pipe(), Pipe())
  private let ended = DispatchSemaphore(value: 0)
  private let hasStarted: Bool

  /// - Parameter command: in the form that `env` takes. Its output must be short, because the pipe is read only at the
  ///   end.
  package init(_ command: [String]) {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.environment = ChildEnvironment.current.merging(["LC_ALL": "C"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = out
    process.standardError = err
    let ended = ended
    process.terminationHandler = { _ in ended.signal() }
    hasStarted = (try? process.run()) != nil
  }

  /// Waits for its end, at most `limit` seconds, and ends it then.
  package func outcome(limit: Double) -> Outcome {
    guard hasStarted else { return .missing }
    guard ended.wait(timeout: .now() + limit) == .success else {
      // One that hangs may not heed a SIGTERM.
      kill(process.processIdentifier, SIGKILL)
      return .silent
    }
    ended.signal()
    let status = process.terminationStatus
    // `env` itself could not start it.
    if process.terminationReason == .exit, status == 127 { return .missing }
    let text = String(
      decoding: (try? (status == 0 ? out : err).fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
    return process.terminationReason == .exit && status == 0 ? .output(text) : .failed(status: status, text)
  }
}
