import Foundation
import Results

/// One `bench worker`, which sleeps on its pipe between requests.
final class WorkerProcess {
  let path: String
  private let child: ChildProcess
  private let patience: Patience

  /// Starts the worker and waits for its greeting.
  /// - Parameters:
  ///   - padding: bytes added to the environment, which moves the stack
  ///   - patience: how long to wait for an answer
  init(_ path: String, environment: [String: String], padding: Int, patience: Patience) throws(WorkerError) {
    self.path = path
    self.patience = patience
    var environment = environment
    environment["BENCH_PADDING"] = String(repeating: "x", count: padding)
    do { child = try ChildProcess(path, arguments: ["worker"], environment: environment) } catch {
      throw .cannotStart(path: path, reason: error.text)
    }
    switch child.receive(deadline: patience.timeout, isOver: { patience.isOver }) {
    case .text(let line):
      guard case .hello(let version)? = Self.reply(line) else { throw .notAWorker(path: path) }
      guard version == WorkerReply.version else { throw .wrongVersion(path: path, version: version) }
    case .end: throw .notAWorker(path: path)
    case .timeout: throw silence()
    }
  }

  /// Sends a request; `answer` reads the reply.
  func ask(_ request: WorkerRequest) throws(WorkerError) {
    let line = String(decoding: try! JSONEncoder().encode(request), as: UTF8.self)
    guard child.send(line) else { throw .ended(path: path, how: child.end().description) }
  }

  func answer() throws(WorkerError) -> WorkerReply {
    switch child.receive(deadline: patience.timeout, isOver: { patience.isOver }) {
    case .text(let line):
      guard let reply = Self.reply(line) else { throw .invalidReply(path: path, line: String(line.prefix(80))) }
      if case .failed(let reason) = reply { throw .failed(path: path, reason: reason) }
      return reply
    case .end: throw .ended(path: path, how: child.end().description)
    case .timeout: throw silence()
    }
  }

  /// The seconds of a step in each of `count` groups of `size` steps; fewer groups where they take longer than `limit`.
  func steps(
    _ count: Int, size: Int = 1, discard: Int, limit: Double = 1e6
  ) throws(WorkerError) -> [Double] {
    try ask(.step(count: count, size: size, discard: discard, seconds: limit))
    let reply = try answer()
    guard case .durations(let seconds) = reply, (1...count).contains(seconds.count), seconds.allSatisfy({ $0 > 0 })
    else {
      throw .invalidReply(path: path, line: String("\(reply)".prefix(80)))
    }
    return seconds
  }

  private func silence() -> WorkerError {
    _ = child.end()
    return .silent(path: path, seconds: patience.timeout)
  }

  private static func reply(_ line: String) -> WorkerReply? {
    try? JSONDecoder().decode(WorkerReply.self, from: Data(line.utf8))
  }
}
