import Foundation
import Results

/// Asks `git` for the commit of the working directory while something else is done.
package final class CommitInquiry {
  private let command: Command
  private var answer: Commit??

  package init() {
    // Without this, `git describe --dirty` may take the lock of the index from another `git`.
    command = Command(["GIT_OPTIONAL_LOCKS=0", "git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])
  }

  /// How many seconds the first question waits. Git has had the time since the inquiry began; one that hangs must not
  /// delay a result.
  package static let patience = 1.0

  /// Nil where there is no repository, no `git`, or no answer in time.
  package func commit(patience: Double = CommitInquiry.patience) -> Commit? {
    if let answer { return answer }
    var commit: Commit?
    if case .output(let text) = command.outcome(limit: patience) { commit = GitCommit.parse(text) }
    answer = .some(commit)
    return commit
  }
}

/// Questions about the commits of a repository.
package enum GitCommit {
  /// How many seconds to wait for an answer that nothing can be done without.
  package static let patience = 30.0

  /// Whether the repository of the working directory knows `reference`, such as `main` or a hash.
  /// - Throws: `GitError` where git cannot say
  package static func exists(_ reference: String) throws(GitError) -> Bool {
    try Git.ask("rev-parse", "--verify", "--quiet", "\(reference)^{commit}") != nil
  }

  /// Whether `commit`, a whole hash, is `reference` or an ancestor of it.
  package static func isContained(_ commit: String, in reference: String) -> Bool {
    (try? Git.ask("merge-base", commit, reference)) == commit
  }

  /// Reads `<hash>` or `<hash>-dirty`.
  static func parse(_ description: String) -> Commit? {
    let parts = description.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: "-", maxSplits: 1)
    guard let hash = parts.first, hash.count >= 40, hash.allSatisfy(\.isHexDigit) else { return nil }
    return Commit(hash: String(hash), isDirty: parts.count == 2 && parts[1] == "dirty")
  }
}
