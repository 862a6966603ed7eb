/// The circumstances in which the records of a file were measured.
package struct Context: Codable, Equatable, Sendable {
  /// The start of the run: UTC, ISO 8601 with microseconds.
  package var startTime: String
  package var commandLine: [String]
  package var machine: Machine
  package var build: Build
  /// The commit of the working directory; nil outside a repository, or where `git` did not answer.
  @OrNull package var commit: Commit?
  @OrNull package var blas: BLASLibrary?
  /// Every `OPENBLAS_*`, `OMP_*` and `GOTO_*` environment variable that is set.
  package var environment: [String: String]
  /// The activity of the machine during the run; nil before its end.
  @OrNull package var activity: Activity?
  /// nil and not in the file unless the run measured them.
  package var clockFrequencies: ClockFrequencies?
  /// The shared libraries whose back ends took part; nil and not in the file where there were none.
  package var libraries: [SharedLibrary]?

  package init(
    startTime: String, commandLine: [String], machine: Machine, build: Build, commit: Commit? = nil,
    blas: BLASLibrary? = nil, environment: [String: String] = [:], activity: Activity? = nil
  ) {
    self.startTime = startTime
    self.commandLine = commandLine
    self.machine = machine
    self.build = build
    self.commit = commit
    self.blas = blas
    self.environment = environment
    self.activity = activity
  }

  enum CodingKeys: String, CodingKey {
    case machine, build, commit, blas, environment, activity, libraries
    case startTime = "start_time"
    case commandLine = "command_line"
    case clockFrequencies = "clock_frequencies"
  }
}
