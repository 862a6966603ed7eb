/// One round of a gate: durations of steps in seconds, in the order in which each process took them. Where steps are far
/// shorter than a millisecond, a value is the mean of a group of them.
package struct GateRound: Codable, Equatable, Sendable {
  package var base: [Double]
  /// A second process of base: what it differs from the first by is noise.
  package var control: [Double]
  package var head: [Double]
  /// Which start of the processes; a new one lies elsewhere in memory.
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
