import Terms

/// One layer of the network that was run. The dictionaries hold the directions that ran.
package struct LayerRecord: Codable, Equatable, Sendable {
  package var name: String
  /// The convolutions that one plan computed together, by name; nil where it is one layer.
  package var convolutions: [String]?
  /// The convolution problem as text, or those of a chain; nil for layers that no back end chooses.
  @OrNull package var problem: String?
  /// The back end that ran, for each direction that ran.
  package var backends: [Direction: String]
  /// What it ran, e.g. `F(4x4,3x3)`, for the same directions.
  package var algorithms: [Direction: String]
  /// Floating-point operations of one step, counted as those of a direct convolution.
  package var flop: [Direction: Double]
  /// Bytes of the tensors of one step, each read or written once, for the same directions; nil in older files.
  package var compulsoryBytes: [Direction: Int]?
  /// Raw durations of each timed step in seconds, where layers were timed.
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
