/// The ranks of a run on many processes, whose gradients were averaged in every step.
///
/// The record around it is that of rank 0: its batch size, threads and durations are those of one rank.
package struct RanksRecord: Codable, Equatable, Sendable {
  /// The communication library, by name and version.
  package var library: String
  /// The most bytes of gradients that one operation averages.
  package var bucketBytes: Int
  /// The operations of a step.
  package var buckets: [BucketRecord]
  /// The gradients that each rank contributes to a step, in bytes.
  package var gradientBytes: Int
  /// Whether ranks of one host were allowed to share cores, so that no duration means anything.
  package var sharesCores: Bool
  /// By rank.
  package var ranks: [RankRecord]

  package init(
    library: String, bucketBytes: Int, buckets: [BucketRecord], gradientBytes: Int, sharesCores: Bool,
    ranks: [RankRecord]
  ) {
    self.library = library
    self.bucketBytes = bucketBytes
    self.buckets = buckets
    self.gradientBytes = gradientBytes
    self.sharesCores = sharesCores
    self.ranks = ranks
  }

  enum CodingKeys: String, CodingKey {
    case library, buckets, ranks
    case bucketBytes = "bucket_bytes"
    case gradientBytes = "gradient_bytes"
    case sharesCores = "shares_cores"
  }
}

/// Gradients that one operation averages.
package struct BucketRecord: Codable, Equatable, Sendable {
  package var bytes: Int
  /// When the last of them was final and the operation was started: seconds from the begin of the last step on rank 0;
  /// nil before a step.
  @OrNull package var ready: Double?

  package init(bytes: Int, ready: Double? = nil) {
    self.bytes = bytes
    self.ready = ready
  }

  enum CodingKeys: String, CodingKey {
    case bytes
    case ready = "ready_s"
  }
}

/// One rank of a run. The lists hold a number for each timed step, in seconds.
package struct RankRecord: Codable, Equatable, Sendable {
  package var host: String
  /// The cores that it may use.
  package var cores: [Int]
  package var threads: Int
  package var durations: [Double]
  /// From the start of a step's first all-reduce until its last one was complete.
  package var inFlight: [Double]
  /// The part of it in which the rank did not compute: it started and looked after operations, or waited for them.
  package var exposed: [Double]
  /// Steps that took turns with those, where the scaling was measured: this rank alone, the others idle (rank 0 only);
  /// nil and not in the file elsewhere.
  package var aloneDurations: [Double]?
  /// Steps of all ranks at once, each for itself.
  package var separateDurations: [Double]?

  package init(
    host: String, cores: [Int], threads: Int, durations: [Double] = [], inFlight: [Double] = [],
    exposed: [Double] = [], aloneDurations: [Double]? = nil, separateDurations: [Double]? = nil
  ) {
    self.host = host
    self.cores = cores
    self.threads = threads
    self.durations = durations
    self.inFlight = inFlight
    self.exposed = exposed
    self.aloneDurations = aloneDurations
    self.separateDurations = separateDurations
  }

  enum CodingKeys: String, CodingKey {
    case host, cores, threads
    case durations = "durations_s"
    case inFlight = "in_flight_s"
    case exposed = "exposed_s"
    case aloneDurations = "alone_durations_s"
    case separateDurations = "separate_durations_s"
  }
}
