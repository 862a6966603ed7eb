import Foundation

/// The environment of the programs that this one starts.
package enum ChildEnvironment {
  /// What names a repository to git, as `git rev-parse --local-env-vars` lists it in its versions from 2.20 to 2.53.
  ///
  /// A hook runs with some of them set, for the repository, the worktree and the index of the command that called it.
  /// A git that is started for another worktree, or a build that calls git, would read and write there.
  static let repositoryVariables = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
    "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_INTERNAL_SUPER_PREFIX", "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR", "GIT_QUARANTINE_PATH",
  ]

  /// This process's environment without them.
  package static var current: [String: String] { without(ProcessInfo.processInfo.environment) }

  static func without(_ environment: [String: String]) -> [String: String] {
    environment.filter { !repositoryVariables.contains($0.key) }
  }
}
