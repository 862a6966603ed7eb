import Results
import Statistics
import Terms

/// The runs of one benchmark, each represented by its median step in seconds.
///
/// Steps of one run share their time, their memory layout and their machine, so only another run is an independent
/// observation.
package struct Runs: Equatable, Sendable {
  /// The properties that two records must share to be comparable.
  package struct Key: Hashable, Sendable, CustomStringConvertible {
    package let model: String
    package let pass: Pass
    package let batchSize: Int
    package let imageSize: Int
    package let backend: String
    /// The processes that averaged their gradients; the batch and the threads are those of each.
    package let ranks: Int
    package let threads: Int
    package let instructionSet: String
    /// Whether steps alternated with those of other back ends, which leaves other data in the caches.
    package let isInTurns: Bool

    package init(_ record: Record) {
      (model, pass, batchSize, imageSize) = (record.model, record.pass, record.batchSize, record.imageSize)
      (backend, threads, instructionSet) = (record.backend, record.threads, record.instructionSet)
      ranks = record.ranks?.ranks.count ?? 1
      isInTurns = record.protocolName == Record.inTurns
    }

    package var description: String { "\(work), \(means)" }

    /// Names both ways of computing where they differ: `..., 2 threads, avx512, auto -> 2 threads, avx512, direct`.
    func description(against other: Key) -> String {
      means == other.means ? description : "\(description) -> \(other.means)"
    }

    func isSameWork(as other: Key) -> Bool { work == other.work }

    private var means: String { "\(rankCount)\(threadCount), \(instructionSet), \(backend)\(turns)" }
  }

  package let key: Key
  package var medians: [Double]

  /// Pools the records of several files by benchmark, in the order of first appearance.
  package static func pool(_ files: [ResultFile]) -> [Runs] {
    var pooled: [Runs] = []
    var places: [Key: Int] = [:]
    for record in files.flatMap(\.records) where !record.durations.isEmpty {
      let key = Key(record)
      if let index = places[key] {
        pooled[index].medians.append(median(record.durations))
      } else {
        places[key] = pooled.count
        pooled.append(Runs(key: key, medians: [median(record.durations)]))
      }
    }
    return pooled
  }

  /// The median of the runs' median steps.
  var centre: Double { median(medians) }
  /// Half the range over the median, which the column `+/-` shows.
  var spread: Double { (medians.max()! - medians.min()!) / 2 / centre }
}
