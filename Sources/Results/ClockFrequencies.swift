/// The measured frequency of a core before and after a run, in cycles per second.
package struct ClockFrequencies: Codable, Equatable, Sendable {
  package var before: Double
  package var after: Double

  package init(before: Double, after: Double) {
    self.before = before
    self.after = after
  }

  /// The relative change; negative where the clock became slower.
  package var change: Double { before > 0 ? after / before - 1 : 0 }

  enum CodingKeys: String, CodingKey {
    case before = "before_hz"
    case after = "after_hz"
  }
}
