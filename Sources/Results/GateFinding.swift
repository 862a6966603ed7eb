/// The finding of a gate for one benchmark. Changes are relative: 0.05 is 5 % slower.
package struct GateFinding: Codable, Equatable, Sendable {
  package enum Verdict: String, Codable, Sendable {
    case pass, improvement, regression, inconclusive
    /// A worker crashed, or head and base compute different things.
    case error
    /// Base does not have this benchmark.
    case missing
  }

  package var verdict: Verdict
  /// A sentence that gives the reason; nil for a plain pass.
  @OrNull package var reason: String?
  /// The change from base to head.
  @OrNull package var change: Double?
  /// The 95 % interval of the change.
  @OrNull package var lower: Double?
  @OrNull package var upper: Double?
  /// The one-sided p-value in the direction of the change, adjusted for the number of benchmarks.
  @OrNull package var pValue: Double?
  /// The difference between two processes of base, or half of its 95 % interval, whichever is larger.
  @OrNull package var noiseFloor: Double?
  /// The smallest slow-down that would have been found nine times in ten.
  @OrNull package var detectable: Double?
  /// The number of rounds, or of runs of head, that were judged.
  @OrNull package var count: Int?
  /// The median step in seconds.
  @OrNull package var baseTime: Double?
  @OrNull package var headTime: Double?

  /// Whether base and head were compared at all.
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
