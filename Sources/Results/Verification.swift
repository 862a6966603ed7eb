/// Whether the convolutions of a run were compared with the double-precision reference before they were timed.
package struct Verification: Codable, Equatable, Sendable {
  package enum Outcome: String, Codable, Sendable {
    case passed, failed, skipped
  }

  package var outcome: Outcome
  package var problemsChecked: Int
  /// The largest relative L2 error of the problems that were checked.
  @OrNull package var worstError: Double?

  package init(_ outcome: Outcome, problemsChecked: Int = 0, worstError: Double? = nil) {
    self.outcome = outcome
    self.problemsChecked = problemsChecked
    self.worstError = worstError
  }

  package static let skipped = Verification(.skipped)

  enum CodingKeys: String, CodingKey {
    case outcome
    case problemsChecked = "problems_checked"
    case worstError = "worst_deviation"
  }
}
