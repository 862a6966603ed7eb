/// One property of a machine that matters for measurements.
package struct Finding: Equatable, Sendable {
  package enum State: String, CaseIterable, Sendable {
    /// Nothing has to be done.
    case good
    /// It is worth knowing, but does not make results wrong.
    case note
    /// It disturbs measurements.
    case bad
    /// It cannot be read here.
    case unknown
  }

  package let subject: String
  package let state: State
  /// The value that was read, such as `powersave`.
  package let found: String
  /// A sentence that says what to do or to know; nil where nothing has to be said.
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
