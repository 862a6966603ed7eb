/// What a gate says of one benchmark. Changes are relative: 0.05 is 5 % slower.
package struct GateFinding: Codable, Equatable, Sendable {
  package enum Verdict: String, Codable, Sendable {
    case pass, improvement, regression, inconclusive
    /// A worker crashed, or head computes something else than base.
    case error
    /// Base does not have this benchmark.
    case missing
  }

  package var verdict: Verdict
  /// A sentence, for everything but a plain pass.
  @OrNull package var reason: String?
  /// From base to head.
  @OrNull package var change: Double?
  /// The 95 % interval of the change.
  @OrNull package var lower: Double?
  @OrNull package var upper: Double?
  /// One-sided, in the direction of the change; adjusted for the number of benchmarks.
  @OrNull package var pValue: Double?
  /// What two processes of base differed by, or half the 95 % interval of that, whichever is larger.
  @OrNull package var noiseFloor: Double?
  /// The smallest slow-down that would have been found nine times in ten.
  @OrNull package var detectable: Double?
  /// The rounds, or runs of head, that were judged.
  @OrNull package var count: Int?
  /// Median step in seconds.
  @OrNull package var baseTime: Double?
  @OrNull package var headTime: Double?

  /// Whether base and head were held against each other at all.
  package var isCompared: Bool { change != nil }

  package init(_ verdict: Verdict, reason: String? = nil) {
    self.verdict = verdict
    self.reason = reason
  }

  enum CodingKeys: String, CodingKey {
    case verdict, reason, change, lower, upper, detectable, count
    case pValue = "p_value"
    case noiseFloor = "noise_floor"
    case baseTime = "base_s"
    case headTime = "head_s"
  }
}
