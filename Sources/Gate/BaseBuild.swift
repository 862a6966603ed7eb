import Foundation
import Measurement
import Terms

/// A reason why there is no base to compare with, as a sentence.
package enum BaseError: Error, Equatable, CustomStringConvertible {
  case unknown(String)
  case noPackage(String)
  case git(String)
  case noAnswer(GitError)
  case ambiguous(String)
  case build(reference: String, log: String, tail: String)
  case interrupted(String)

  package var description: String {
    switch self {
    case .unknown(let base):
      "'\(base)' is neither a program nor a commit that git knows here; fetch it (in CI: fetch-depth: 0) or give the path "
        + "of a bench that was built."
    case .noPackage(let directory):
      "\(directory) has no Package.swift; run the gate inside the repository, or give the path of a bench that was built."
    case .git(let reason): "git failed: \(reason)"
    case .noAnswer(let error): "There is no base to build. \(error) Or give the path of a bench that was built."
    case .ambiguous(let base):
      "'\(base)' is a program and a commit; write ./\(base) for the program, or refs/heads/\(base) for the branch."
    case .build(let reference, let log, let tail):
      "\(reference) does not build; the whole log is in \(log). It ends:\n\(tail)"
    case .interrupted(let base):
      "The gate was interrupted while \(base) was built; nothing was measured."
    }
  }
}

/// Builds a commit of the repository in a separate worktree. The program is kept under `.build/gate`, so that each
/// configuration and compiler builds a commit only once.
package struct BaseBuild {
  package struct Product: Equatable, Sendable {
    package let path: String
    /// The commit; nil for a program that was given by its path.
    package let commit: String?
  }

  private let configuration: String
  /// Everything that a build depends on beside its commit.
  private let key: String
  private let interruption: Interruption
  private let note: (String) -> Void

  /// - Parameters:
  ///   - configuration: head's, `debug` or `release`, so that configurations are not compared too
  ///   - compiler: head's, such as `Swift 6.3.1`; programs of another compiler are built again
  package init(
    configuration: String, compiler: String, interruption: Interruption, note: @escaping (String) -> Void
  ) {
    self.configuration = configuration
    key = "\(configuration)-\(compiler.replacing(/[^A-Za-z0-9.]+/, with: "-"))"
    self.interruption = interruption
    self.note = note
  }

  package func product(_ base: String) throws(BaseError) -> Product {
    let isProgram = Self.isProgram(base)
    if isProgram, base.contains("/") { return Product(path: base, commit: nil) }
    let found: (commit: String, root: String)?
    do throws(GitError) { found = try Self.commit(base) } catch {
      if isProgram { return Product(path: "./\(base)", commit: nil) }
      if case .noRepository = error { throw .unknown(base) }
      throw .noAnswer(error)
    }
    if isProgram {
      guard found == nil else { throw .ambiguous(base) }
      return Product(path: "./\(base)", commit: nil)
    }
    guard let (commit, root) = found else { throw .unknown(base) }
    guard FileManager.default.fileExists(atPath: "\(root)/Package.swift") else { throw .noPackage(root) }
    let cache = "\(root)/.build/gate"
    let program = "\(cache)/\(commit)-\(key)/bench"
    if !FileManager.default.isExecutableFile(atPath: program) { try build(commit, base, root, cache, program) }
    return Product(path: program, commit: commit)
  }

  private static func isProgram(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
      && FileManager.default.isExecutableFile(atPath: path)
  }

  /// The hash of a commit and the directory of the working tree; nil where git knows no such commit.
  private static func commit(_ base: String) throws(GitError) -> (commit: String, root: String)? {
    guard
      let commit = try Git.ask("rev-parse", "--verify", "--quiet", "\(base)^{commit}"),
      let root = try Git.ask("rev-parse", "--show-toplevel")
    else { return nil }
    return (commit, root)
  }

  private func build(
    _ commit: String, _ base: String, _ root: String, _ cache: String, _ program: String
  ) throws(BaseError) {
    note("Building \(base) (\(commit.prefix(12)), \(configuration)); this takes a minute or two, once.")
    let files = FileManager.default
    removeLeftovers(in: cache, root)
    // Two gates at the same time build at two places; the program is moved when it is complete.
    let place = "\(cache)/building-\(commit.prefix(12))-\(getpid())"
    let log = "\(cache)/\(commit.prefix(12))-\(key).log"
    do { try files.createDirectory(atPath: place, withIntermediateDirectories: true) } catch {
      throw .git("\(place) cannot be made.")
    }
    let cleanUp = { @Sendable in Self.remove(place, root) }
    Watchdog.cleanUp(with: {
      Descendants.kill(Descendants.of(getpid()).filter { $0 != getpid() })
      cleanUp()
    })
    defer {
      Watchdog.cleanUp(with: nil)
      cleanUp()
    }
    guard Shell.run(["git", "-C", root, "worktree", "add", "--detach", "\(place)/source", commit], log: log) == 0 else {
      if interruption.isRequested { throw .interrupted(base) }
      throw .git(Self.tail(of: log))
    }
    // Base must be built with the same versions of its dependencies.
    try? files.copyItem(atPath: "\(root)/Package.resolved", toPath: "\(place)/source/Package.resolved")
    let status = Shell.run(
      [
        "swift", "build", "--package-path", "\(place)/source", "--scratch-path", "\(place)/build", "--product", "bench",
        "--configuration", configuration,
      ], log: log, until: interruption)
    do {
      guard status == 0 else { throw CocoaError(.featureUnsupported) }
      let folder = FilePath(program).directory
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try files.copyItem(atPath: "\(place)/build/\(configuration)/bench", toPath: "\(place)/bench")
      guard rename("\(place)/bench", program) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      if interruption.isRequested { throw .interrupted(base) }
      throw .build(reference: base, log: log, tail: Self.tail(of: log))
    }
  }

  private static func remove(_ place: String, _ root: String) {
    _ = Shell.run(["git", "-C", root, "worktree", "remove", "--force", "\(place)/source"], log: nil)
    try? FileManager.default.removeItem(atPath: place)
  }

  /// Removes what gates have left here that were killed while they built.
  private func removeLeftovers(in cache: String, _ root: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? [] where name.hasPrefix("building-") {
      guard let process = name.split(separator: "-").last.flatMap({ pid_t($0) }), process != getpid(),
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      Self.remove("\(cache)/\(name)", root)
    }
  }

  /// The last lines with errors, or else the last lines.
  private static func tail(of log: String) -> String {
    let text = (try? Data(contentsOf: URL(fileURLWithPath: log))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let lines = text.split(separator: "\n")
    let errors = lines.filter { $0.contains("error:") || $0.contains("fatal:") }
    return (errors.isEmpty ? lines : errors).suffix(10).joined(separator: "\n")
  }
}

/// Runs other programs and waits for them.
private enum Shell {
  /// The seconds that a program may take to end after a request.
  private static let patience = 5.0

  /// - Parameters:
  ///   - log: the file to which its output is appended; nil for none
  ///   - interruption: ends the program
  static func run(_ command: [String], log: String?, until interruption: Interruption? = nil) -> Int32 {
    var output = FileHandle.nullDevice
    if let log {
      if !FileManager.default.fileExists(atPath: log) {
        _ = FileManager.default.createFile(atPath: log, contents: nil)
      }
      if let handle = FileHandle(forWritingAtPath: log) {
        output = handle
        handle.seekToEndOfFile()
      }
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.environment = ChildEnvironment.current
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    guard (try? process.run()) != nil else { return -1 }
    // The program is in a separate process group, which the terminal's Ctrl-C does not reach.
    var started: [pid_t] = []
    while let interruption, process.isRunning {
      if let elapsed = interruption.elapsed {
        if started.isEmpty {
          started = Descendants.of(process.processIdentifier)
          process.terminate()
        } else if elapsed > patience {
          Descendants.kill(started + Descendants.of(process.processIdentifier))
        }
      }
      usleep(20_000)
    }
    process.waitUntilExit()
    // What it leaves behind would go on compiling.
    Descendants.kill(started.filter { $0 != process.processIdentifier })
    return process.terminationStatus
  }
}
