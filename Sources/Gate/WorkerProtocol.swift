import Results

/// A request of the gate to a worker: one JSON object, on one line of the worker's standard input.
package enum WorkerRequest: Codable, Equatable, Sendable {
  /// Prepare the benchmark and take a few steps. The reply is `ready`, `unavailable` or `failed`.
  /// - verify: compare the kernels with the reference first
  /// - outputs: send outputs of the first step
  case prepare(specification: BenchmarkSpecification, verify: Bool, outputs: Bool)
  /// Take `discard` steps, then time `count` groups of `size` steps. The reply is `durations`, the mean step of each
  /// group; there are fewer groups where they take longer than `seconds`, but at least one.
  case step(count: Int, size: Int, discard: Int, seconds: Double)
}

/// A reply of a worker: one JSON object, on one line of its standard output, which has nothing else.
package enum WorkerReply: Codable, Equatable, Sendable {
  /// The first line, which no request precedes.
  case hello(version: Int)
  /// - plan: what runs each layer, a line each; nil from older versions, without outputs, and for a single convolution
  case ready(outputs: [WorkerOutput], plan: [String]? = nil)
  /// Durations of steps in seconds.
  case durations(seconds: [Double])
  /// This version does not know the subject, the back end or the pass.
  case unavailable(reason: String)
  /// A request failed, for this reason. The worker accepts more requests.
  case failed(reason: String)

  /// The version of the protocol. It is raised whenever a line changes its meaning, because base may be older than
  /// head.
  package static let version = 1
}

/// The values of a tensor that a step computed: all of them, or some at even distances.
package struct WorkerOutput: Codable, Equatable, Sendable {
  package var name: String
  package var values: [Float]
  /// The largest relative error that is allowed against another version: the norm of the error over that of the values.
  package var tolerance: Double

  package init(name: String, values: [Float], tolerance: Double) {
    self.name = name
    self.values = values
    self.tolerance = tolerance
  }
}
