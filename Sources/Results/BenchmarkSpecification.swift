import Terms

/// One benchmark of a gate. It says enough for a worker of any version to prepare the same work.
package struct BenchmarkSpecification: Codable, Hashable, Sendable, CustomStringConvertible {
  /// A model such as `alexnet`, the path of an ONNX file, a layer of a model such as `vgg16:conv1_2`, or a convolution problem such as
  /// `n1c64h56w56k64r3s3u1p1`.
  package var subject: String
  /// The pass. For a single convolution, `forward-backward` means all three directions.
  package var pass: Pass
  /// The images in a batch. A convolution problem has its own batch size.
  package var batchSize: Int
  package var backend: String
  package var threads: Int
  package var seed: UInt64
  /// The path of the plan that it follows, if any. Its back end is `plan` then: older versions know none of that name,
  /// and say so.
  package var plan: String?

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
      + (backend == "auto" ? "" : plan == nil ? ", \(backend)" : ", with a plan")
  }

  /// Whether the subject is the text of a convolution problem. No name of a model looks like one.
  package var isProblem: Bool {
    subject.wholeMatch(of: /n?[0-9gchwkrsuvpq+]*c\d+h\d+w\d+k\d+r\d+[0-9suvdepq+]*/) != nil
  }

  /// Whether the subject is the path of a model's file. No other subject has a slash or this ending.
  package var isFile: Bool { subject.contains("/") || subject.hasSuffix(".onnx") }

  /// Whether the subject is a single convolution and not a network.
  package var isLayer: Bool { isProblem || !isFile && subject.contains(":") }

  enum CodingKeys: String, CodingKey {
    case subject, pass, backend, threads, seed, plan
    case batchSize = "batch_size"
  }
}
