import Results
import Statistics

/// A model of training steps on many ranks, each on a host of its own, from the step of one of them.
///
/// It is the optimist's: every rank computes as fast as that one, the link of each host has its bandwidth in both
/// directions at once and all of it, a message costs a latency, the library moves data without taking time from
/// computation, and buckets are summed one after the other, each as soon as it is ready.
///
/// Source of the all-reduce's time: Patarasuk & Yuan 2009, Bandwidth Optimal All-reduce Algorithms for Clusters of
/// Workstations: N - 1 exchanges of an N-th part sum up, and N - 1 more distribute the sums.
package struct RingModel: Equatable, Sendable {
  /// Gradients that one operation sums.
  package struct Bucket: Equatable, Sendable {
    package let bytes: Double
    /// In seconds from the begin of a step.
    package let ready: Double

    package init(bytes: Double, ready: Double) { (self.bytes, self.ready) = (bytes, ready) }
  }

  /// What connects the hosts.
  package struct Link: Equatable, Sendable {
    /// Bytes a second in each direction.
    package let bandwidth: Double
    /// Seconds until a message of no size is there.
    package let latency: Double

    package init(bandwidth: Double, latency: Double) { (self.bandwidth, self.latency) = (bandwidth, latency) }
  }

  /// Seconds of a step without communication.
  package let step: Double
  /// Seconds of it behind backward, for the update.
  package let update: Double
  private let buckets: [Bucket]

  /// - Parameter buckets: in any order
  package init(step: Double, update: Double, buckets: [Bucket]) {
    self.step = step
    self.update = update
    self.buckets = buckets.sorted { $0.ready < $1.ready }
  }

  /// The model of a run's step: that of rank 0 alone where the scaling was measured, and else the one in which ranks
  /// averaged, without the exposed time. Returns nil where the record has no such steps.
  ///
  /// The last bucket is ready when backward is over. In a step with communication buckets are ready later, in proportion
  /// to its length.
  package init?(_ record: Record) {
    guard let ranks = record.ranks, let rank = ranks.ranks.first else { return nil }
    let durations = rank.aloneDurations ?? zip(rank.durations, rank.exposed).map { $0 - $1 }
    guard !durations.isEmpty, !rank.durations.isEmpty else { return nil }
    let step = median(durations)
    let scale = step / median(rank.durations)
    let buckets = ranks.buckets.compactMap { bucket in
      bucket.ready.map { Bucket(bytes: Double(bucket.bytes), ready: scale * $0) }
    }
    guard let backward = buckets.map(\.ready).max() else { return nil }
    self.init(step: step, update: max(0, step - backward), buckets: buckets)
  }

  /// Seconds of an all-reduce over a ring.
  package static func allReduce(bytes: Double, ranks: Int, _ link: Link) -> Double {
    let exchanges = 2 * Double(ranks - 1)
    return exchanges / Double(ranks) * bytes / link.bandwidth + exchanges * link.latency
  }

  /// Seconds of a step of `ranks` ranks.
  package func step(ranks: Int, _ link: Link) -> Double {
    var end = step - update
    var linkIsFree = 0.0
    for bucket in buckets where ranks > 1 {
      linkIsFree = max(linkIsFree, bucket.ready) + Self.allReduce(bytes: bucket.bytes, ranks: ranks, link)
      end = max(end, linkIsFree)
    }
    return end + update
  }

  /// The images a second of `ranks` ranks over those of as many without communication.
  package func efficiency(ranks: Int, _ link: Link) -> Double { step / step(ranks: ranks, link) }
}
