/// One round of a gate: the durations of steps in seconds, in the order in which each process took them. Where steps
/// are far shorter than a millisecond, a value is the mean of a group of steps.
package struct GateRound: Codable, Equatable, Sendable {
  package var base: [Double]
  /// The steps of a second process of base. Its difference from the first one is noise.
  package var control: [Double]
  package var head: [Double]
  /// Counts how often the processes were started anew; each start has another memory layout.
  package var generation: Int

  package init(base: [Double], control: [Double], head: [Double], generation: Int = 0) {
    self.base = base
    self.control = control
    self.head = head
    self.generation = generation
  }

  enum CodingKeys: String, CodingKey {
    case generation
    case base = "base_s"
    case control = "control_s"
    case head = "head_s"
  }
}
