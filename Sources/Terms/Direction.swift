/// Which of a convolution's three tensors is computed from the other two. The raw value is the name in stored results.
package enum Direction: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable, CustomStringConvertible {
  case forward
  case inputGradient = "input_gradient"
  case filterGradient = "filter_gradient"

  package var description: String { StepPhase(self).description }
}
