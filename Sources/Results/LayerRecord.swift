import Terms

/// One layer of a network that was measured. The dictionaries hold the directions that ran.
package struct LayerRecord: Codable, Equatable, Sendable {
  package var name: String
  /// The convolutions that one plan computed together, by name; nil where it is one layer.
  package var convolutions: [String]?
  /// The text of the convolution problem, or of those of a chain; nil for layers without a convolution.
  @OrNull package var problem: String?
  /// The back end that ran, by direction.
  package var backends: [Direction: String]
  /// The algorithm, such as `F(4x4,3x3)`, by direction.
  package var algorithms: [Direction: String]
  /// The floating-point operations of one step, counted as those of direct convolution.
  package var flop: [Direction: Double]
  /// The bytes of the tensors of one step if each is read or written once, by direction; nil in older files.
  package var compulsoryBytes: [Direction: Int]?
  /// The duration of each timed step in seconds, by phase; nil where layers were not timed.
  @OrNull package var durations: [StepPhase: [Double]]?

  package init(
    name: String, convolutions: [String]? = nil, problem: String? = nil, backends: [Direction: String] = [:],
    algorithms: [Direction: String] = [:], flop: [Direction: Double] = [:],
    compulsoryBytes: [Direction: Int]? = nil, durations: [StepPhase: [Double]]? = nil
  ) {
    self.name = name
    self.convolutions = convolutions
    self.problem = problem
    self.backends = backends
    self.algorithms = algorithms
    self.flop = flop
    self.compulsoryBytes = compulsoryBytes
    self.durations = durations
  }

  enum CodingKeys: String, CodingKey {
    case name, convolutions, problem, backends, algorithms, flop
    case compulsoryBytes = "compulsory_bytes"
    case durations = "durations_s"
  }
}
