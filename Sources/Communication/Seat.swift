import Terms

/// Where a rank runs.
package struct Seat: Codable, Equatable, Sendable {
  package var host: String
  /// The cores that it may use, sorted; empty where the system does not say.
  package var cores: [Int]
  package var threads: Int
  /// Whether the user has chosen the number of threads.
  package var choosesThreads: Bool

  package init(host: String, cores: [Int], threads: Int, choosesThreads: Bool) {
    self.host = host
    self.cores = cores
    self.threads = threads
    self.choosesThreads = choosesThreads
  }
}

extension [Seat] {
  /// Why the ranks, which these seats belong to in order, would displace each other; nil where they would not.
  ///
  /// Ranks that share cores by chance have as many threads as there are cores, each of them. Who has chosen a number
  /// of threads that fits knows what he does.
  package var conflict: String? {
    for (rank, seat) in enumerated() {
      guard let other = indices.first(where: { $0 > rank && seat.sharesCores(with: self[$0]) }) else { continue }
      let neighbours = filter { $0.host == seat.host }
      let (cores, threads) = (Set(neighbours.flatMap(\.cores)), neighbours.reduce(0) { $0 + $1.threads })
      if neighbours.allSatisfy(\.choosesThreads), threads <= cores.count { continue }
      let shared = Set(seat.cores).intersection(self[other].cores)
      return "Ranks \(rank) and \(other) share core\(shared.count == 1 ? "" : "s") \(coreList(shared)) of "
        + "\(seat.host), where \(neighbours.count) ranks have \(threads) threads; bind them to cores of their own "
        + "(mpirun --bind-to core, or --map-by slot:PE=4 for 4 threads each), or give --threads so that the host has "
        + "at most \(cores.count) of them."
    }
    return nil
  }
}

extension Seat {
  fileprivate func sharesCores(with other: Seat) -> Bool {
    host == other.host && !Set(cores).isDisjoint(with: other.cores)
  }
}
