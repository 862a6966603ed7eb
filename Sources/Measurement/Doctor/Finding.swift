/// What a machine does to measurements, in one respect.
package struct Finding: Equatable, Sendable {
  package enum State: String, CaseIterable, Sendable {
    /// Nothing to do.
    case good
    /// Worth knowing; it does not make results wrong.
    case note
    /// Disturbs measurements.
    case bad
    /// Cannot be read here.
    case unknown
  }

  package let subject: String
  package let state: State
  /// What was read, such as `powersave`.
  package let found: String
  /// A sentence that says what to do or to know; nil where there is nothing.
  package let advice: String?

  package init(_ subject: String, _ state: State, _ found: String, _ advice: String? = nil) {
    self.subject = subject
    self.state = state
    self.found = found
    self.advice = advice
  }

  static func unknown(_ subject: String, _ advice: String? = nil) -> Finding {
    Finding(subject, .unknown, "unknown", advice)
  }
}
