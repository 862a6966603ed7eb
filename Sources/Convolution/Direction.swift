/// What a plan computes from the other two tensors.
package enum Direction: String, CaseIterable, Sendable, CustomStringConvertible {
  case forward
  case inputGradient = "input_gradient"
  case filterGradient = "filter_gradient"

  package var description: String { rawValue.replacing("_", with: " ") }
}
