import Results

/// What the gate asks of a worker: one JSON object a line on its standard input.
package enum WorkerRequest: Codable, Equatable, Sendable {
  /// Get ready and take a few steps. Answered by `ready`, `unavailable` or `failed`.
  /// - verify: compare the kernels with the reference first
  /// - outputs: send outputs of the first step
  case prepare(specification: BenchmarkSpecification, verify: Bool, outputs: Bool)
  /// Take `discard` steps, then time `count` groups of `size` steps. Answered by `durations`, the mean step of each group;
  /// fewer where they take longer than `seconds`, but never none.
  case step(count: Int, size: Int, discard: Int, seconds: Double)
}

/// What a worker answers: one JSON object a line on its standard output, nothing else.
package enum WorkerReply: Codable, Equatable, Sendable {
  /// The first line, unasked.
  case hello(version: Int)
  case ready(outputs: [WorkerOutput])
  /// In seconds.
  case durations(seconds: [Double])
  /// This version does not know the subject, the back end or the pass.
  case unavailable(reason: String)
  /// Something is wrong, and what. The worker goes on.
  case failed(reason: String)

  /// Raised whenever a line changes its meaning: base may be older than head.
  package static let version = 1
}

/// Values of a tensor that a step computed: all of them, or some at even distances.
package struct WorkerOutput: Codable, Equatable, Sendable {
  package var name: String
  package var values: [Float]
  /// How far, as the norm of the error over the norm of the values, another version's may lie away.
  package var tolerance: Double

  package init(name: String, values: [Float], tolerance: Double) {
    self.name = name
    self.values = values
    self.tolerance = tolerance
  }
}
