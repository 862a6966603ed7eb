import Foundation

/// Why git gave no answer at all, as a sentence.
package enum GitError: Error, Equatable, CustomStringConvertible {
  case missing
  case silent(seconds: Double)
  /// Another user owns the checkout.
  case foreign(String)
  case noRepository(String)
  case bare(String)

  package var description: String {
    switch self {
    case .missing: "There is no git in PATH; install it."
    case .silent(let seconds):
      "git gave no answer within \(Int(seconds)) seconds; find out why (a lock, a network disk) with `git status`."
    case .foreign(let directory):
      "git refuses the repository in \(directory), because another user owns it; if you trust it: git config --global "
        + "--add safe.directory \(directory)"
    case .noRepository(let directory): "\(directory) is in no git repository; change to one."
    case .bare(let directory): "\(directory) is a bare repository without files; change to a worktree of it."
    }
  }
}

/// Calls of git in the working directory.
package enum Git {
  /// The output without its line end; nil where git says no.
  /// - Throws: `GitError` where that is not an answer to the question
  package static func ask(_ arguments: String..., limit: Double = GitCommit.patience) throws(GitError) -> String? {
    let here = FileManager.default.currentDirectoryPath
    switch Command(["git"] + arguments).outcome(limit: limit) {
    case .output(let text): return text.trimmingCharacters(in: .whitespacesAndNewlines)
    case .missing: throw .missing
    case .silent: throw .silent(seconds: limit)
    case .failed(_, let text):
      if text.contains("dubious ownership") || text.contains("unsafe repository") {
        // Git names the directory that has to be trusted.
        let named = text.firstMatch(of: /repository (?:in|at) '([^']+)'|\('?([^']+)' is owned/)
        throw .foreign((named?.1 ?? named?.2).map(String.init) ?? here)
      }
      if text.contains("not a git repository") { throw .noRepository(here) }
      if text.contains("must be run in a work tree") { throw .bare(here) }
      return nil
    }
  }
}
