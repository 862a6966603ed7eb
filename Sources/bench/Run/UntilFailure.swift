import Measurement

/// Measures one after the other until the user interrupts or one fails.
/// - Returns: why it failed. Measurements before that are not lost: the caller shows and keeps them, then throws this.
func untilFailure<Elements: Sequence>(
  _ elements: Elements, _ interruption: Interruption, measure: (Elements.Element) throws -> Void
) -> (any Error)? {
  for element in elements where !interruption.isRequested {
    do { try measure(element) } catch { return error }
  }
  return nil
}
