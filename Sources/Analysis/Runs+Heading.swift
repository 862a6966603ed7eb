import Results

// The names of runs in tables, charts and messages.

extension Runs.Key {
  /// The work: `vgg16 forward, batch 16, image 224`.
  var work: String { "\(model) \(pass.rawValue), batch \(batchSize), image \(imageSize)" }
  var threadCount: String { "\(threads) thread\(threads == 1 ? "" : "s")" }
  /// Is put before the threads, which are those of each rank.
  var rankCount: String { ranks == 1 ? "" : "\(ranks) ranks, " }
  /// Is appended to a list of properties.
  var turns: String { isInTurns ? ", in turns" : "" }
}

extension Record {
  /// The work, the ranks and the threads: `vgg16 train, batch 16, image 224, 2 ranks, 1 thread`.
  var heading: String {
    let key = Runs.Key(self)
    return "\(key.work), \(key.rankCount)\(key.threadCount)"
  }
}
