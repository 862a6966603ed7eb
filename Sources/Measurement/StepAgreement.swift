/// What a process sees decides whether another step follows. Processes whose steps depend on each other must decide the
/// same, so before each step they agree on what they have seen.
package struct StepAgreement {
  /// Takes the seconds since the first step and whether this process was interrupted, and returns what holds for all.
  let agree: (Double, Bool) -> (elapsed: Double, isInterrupted: Bool)

  package init(_ agree: @escaping (Double, Bool) -> (elapsed: Double, isInterrupted: Bool)) { self.agree = agree }

  /// What a process sees holds for it alone.
  package static var alone: StepAgreement { StepAgreement { ($0, $1) } }
}
