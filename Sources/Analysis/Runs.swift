import Results
import Statistics
import Terms

/// The runs of one benchmark, each as its median step in seconds: the unit in which runs are compared.
///
/// Steps of one run share its moment, its place in memory and its machine; only another run is another observation.
package struct Runs: Equatable, Sendable {
  /// What makes two records comparable.
  package struct Key: Hashable, Sendable, CustomStringConvertible {
    package let model: String
    package let pass: Pass
    package let batchSize: Int
    package let imageSize: Int
    package let backend: String
    package let threads: Int
    package let instructionSet: String
    /// Whether steps alternated with those of other back ends, which leaves other data in the caches.
    package let isInTurns: Bool

    package init(_ record: Record) {
      (model, pass, batchSize, imageSize) = (record.model, record.pass, record.batchSize, record.imageSize)
      (backend, threads, instructionSet) = (record.backend, record.threads, record.instructionSet)
      isInTurns = record.protocolName == Record.inTurns
    }

    package var description: String { "\(work), \(means)" }

    /// Both means where they differ: `..., 2 threads, avx512, auto -> 2 threads, avx512, direct`.
    func description(against other: Key) -> String {
      means == other.means ? description : "\(description) -> \(other.means)"
    }

    func isSameWork(as other: Key) -> Bool { work == other.work }

    private var means: String { "\(threadCount), \(instructionSet), \(backend)\(turns)" }
  }

  package let key: Key
  package var medians: [Double]

  /// Pools the records of several files, in the order in which benchmarks first come.
  package static func pool(_ files: [ResultFile]) -> [Runs] {
    var pooled: [Runs] = []
    for record in files.flatMap(\.records) where !record.durations.isEmpty {
      let key = Key(record)
      if let index = pooled.firstIndex(where: { $0.key == key }) {
        pooled[index].medians.append(median(record.durations))
      } else {
        pooled.append(Runs(key: key, medians: [median(record.durations)]))
      }
    }
    return pooled
  }

  var centre: Double { median(medians) }
  /// Half the range over the median: what `+/-` shows.
  var spread: Double { (medians.max()! - medians.min()!) / 2 / centre }
}
