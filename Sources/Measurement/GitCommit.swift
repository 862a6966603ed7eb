import Foundation
import Results

/// Asks `git` for the commit of the working directory.
package enum GitCommit {
  /// How many seconds to wait for an answer; large repositories on slow disks need several.
  package static let patience = 30.0

  /// Nil where there is no repository, no `git`, or no answer within the time limit.
  package static func ofWorkingDirectory(limit: Double = Self.patience) -> Commit? {
    // Without this, `git describe --dirty` may take the lock of the index from another `git`.
    let command = ["GIT_OPTIONAL_LOCKS=0", "git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    return answer(of: command, limit: limit).flatMap(parse)
  }

  /// Whether the repository of the working directory knows `reference`, such as `main` or a hash.
  package static func exists(_ reference: String, limit: Double = Self.patience) -> Bool {
    answer(of: ["git", "rev-parse", "--verify", "--quiet", "\(reference)^{commit}"], limit: limit) != nil
  }

  /// Whether `commit`, a whole hash, is `reference` or an ancestor of it.
  package static func isContained(_ commit: String, in reference: String, limit: Double = Self.patience) -> Bool {
    answer(of: ["git", "merge-base", commit, reference], limit: limit)?
      .trimmingCharacters(in: .whitespacesAndNewlines) == commit
  }

  /// The standard output of a command, whose standard error is dropped; nil where it fails or takes too long.
  /// - Parameter command: in the form that `env` takes. Its output must be short, because the pipe is read only at the
  ///   end.
  package static func answer(of command: [String], limit: Double) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    guard (try? process.run()) != nil else { return nil }
    guard ended.wait(timeout: .now() + limit) == .success else {
      process.terminate()
      return nil
    }
    guard process.terminationStatus == 0, let text = try? output.fileHandleForReading.readToEnd() else { return nil }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads `<hash>` or `<hash>-dirty`.
  static func parse(_ description: String) -> Commit? {
    let parts = description.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: "-", maxSplits: 1)
    guard let hash = parts.first, hash.count >= 40, hash.allSatisfy(\.isHexDigit) else { return nil }
    return Commit(hash: String(hash), isDirty: parts.count == 2 && parts[1] == "dirty")
  }
}
