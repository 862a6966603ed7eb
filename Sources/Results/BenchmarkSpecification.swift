import Terms

/// What a gate measures: enough for a worker of any version to prepare the same work.
package struct BenchmarkSpecification: Codable, Hashable, Sendable, CustomStringConvertible {
  /// A model, `alexnet`; a layer of one, `vgg16:conv1_2`; or a convolution problem, `n1c64h56w56k64r3s3u1p1`.
  package var subject: String
  /// Of a single convolution, `forward-backward` is all three directions.
  package var pass: Pass
  /// Images in a batch; a problem as text has its own.
  package var batchSize: Int
  package var backend: String
  package var threads: Int
  package var seed: UInt64

  package init(
    subject: String, pass: Pass, batchSize: Int, backend: String = "auto", threads: Int, seed: UInt64 = 1
  ) {
    self.subject = subject
    self.pass = pass
    self.batchSize = batchSize
    self.backend = backend
    self.threads = threads
    self.seed = seed
  }

  package var description: String {
    "\(subject) \(pass.rawValue)" + (isProblem ? "" : ", batch \(batchSize)")
      + (backend == "auto" ? "" : ", \(backend)")
  }

  /// Whether the subject is a convolution as text, which no name of a model looks like.
  package var isProblem: Bool { subject.wholeMatch(of: /n?[0-9gchwkrsuvpq+]*c\d+h\d+w\d+k\d+r\d+[0-9suvpq+]*/) != nil }

  /// Whether a single convolution is measured, not a network.
  package var isLayer: Bool { isProblem || subject.contains(":") }

  enum CodingKeys: String, CodingKey {
    case subject, pass, backend, threads, seed
    case batchSize = "batch_size"
  }
}
