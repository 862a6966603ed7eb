/// What a part of a step contributes to: one direction of a layer, or the update of its parameters. The raw value is
/// the name in stored results.
package enum StepPhase: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable, CustomStringConvertible {
  case forward
  case inputGradient = "input_gradient"
  case filterGradient = "filter_gradient"
  case update

  package init(_ direction: Direction) {
    self =
      switch direction {
      case .forward: .forward
      case .inputGradient: .inputGradient
      case .filterGradient: .filterGradient
      }
  }

  /// nil for the update, which belongs to no direction.
  package var direction: Direction? {
    switch self {
    case .forward: .forward
    case .inputGradient: .inputGradient
    case .filterGradient: .filterGradient
    case .update: nil
    }
  }

  /// For people: `input gradient`.
  package var description: String { String(rawValue.map { $0 == "_" ? " " : $0 }) }
}
