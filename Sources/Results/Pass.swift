/// What a step computes.
package enum Pass: String, Codable, CaseIterable, Sendable {
  case forward
  case forwardBackward = "forward-backward"
  /// Forward, backward and the update of the parameters.
  case train
}
