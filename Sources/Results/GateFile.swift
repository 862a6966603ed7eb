import Foundation

/// The result file of a gate: every duration that it measured, and its findings.
package struct GateFile: Codable, Equatable, Sendable {
  package static let schema = 1

  package let schema: Int
  package var context: Context
  /// What head is compared with, as the user gave it: a git reference, a path or the name of a stored baseline.
  package var base: String
  /// The commit of base; nil where it is unknown.
  @OrNull package var baseCommit: String?
  package var benchmarks: [GateBenchmark]

  package init(context: Context, base: String, baseCommit: String? = nil, benchmarks: [GateBenchmark] = []) {
    schema = Self.schema
    self.context = context
    self.base = base
    self.baseCommit = baseCommit
    self.benchmarks = benchmarks
  }

  /// Writes to `path` and replaces a file that is there.
  package func write(to path: String) throws(ResultsError) {
    try AtomicFile().replace(path, with: ResultJSON.encode(self))
  }

  enum CodingKeys: String, CodingKey {
    case schema, context, base, benchmarks
    case baseCommit = "base_commit"
  }
}

/// One benchmark of a gate.
package struct GateBenchmark: Codable, Equatable, Sendable {
  package var specification: BenchmarkSpecification
  /// The smallest slow-down that matters: 0.03 is 3 %.
  package var threshold: Double
  /// The rounds of a gate against another program.
  package var rounds: [GateRound]
  /// For a gate against a stored baseline, the median step of each run in seconds.
  package var baseRuns: [Double]
  package var headRuns: [Double]
  /// The finding; nil until all benchmarks are measured.
  @OrNull package var finding: GateFinding?
  /// How the plans of base and head differ, as a sentence; nil and not in the file where they do not.
  package var planChange: String?

  package init(
    _ specification: BenchmarkSpecification, threshold: Double, rounds: [GateRound] = [], finding: GateFinding? = nil
  ) {
    self.specification = specification
    self.threshold = threshold
    self.rounds = rounds
    (baseRuns, headRuns) = ([], [])
    self.finding = finding
  }

  enum CodingKeys: String, CodingKey {
    case specification, threshold, rounds, finding
    case baseRuns = "base_run_medians_s"
    case headRuns = "head_run_medians_s"
    case planChange = "plan_change"
  }
}
