import Foundation

/// What a gate leaves behind: every duration that it measured, and what it made of them.
package struct GateFile: Codable, Equatable, Sendable {
  package static let schema = 1

  package let schema: Int
  package var context: Context
  /// As asked for: a git reference, a path or the name of a stored baseline.
  package var base: String
  /// Of base, where it is known.
  @OrNull package var baseCommit: String?
  package var benchmarks: [GateBenchmark]

  package init(context: Context, base: String, baseCommit: String? = nil, benchmarks: [GateBenchmark] = []) {
    schema = Self.schema
    self.context = context
    self.base = base
    self.baseCommit = baseCommit
    self.benchmarks = benchmarks
  }

  /// Writes to `path`, replacing what is there.
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
  /// Relative: 0.03 is 3 %.
  package var threshold: Double
  /// Of a gate against another program.
  package var rounds: [GateRound]
  /// Of a gate against a stored baseline: the median step of each run in seconds.
  package var baseRuns: [Double]
  package var headRuns: [Double]
  /// Nil until all benchmarks are measured.
  @OrNull package var finding: GateFinding?

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
  }
}
