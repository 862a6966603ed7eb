import Results

// What runs are called, everywhere.

extension Runs.Key {
  /// Such as `vgg16 forward, batch 16, image 224`.
  var work: String { "\(model) \(pass.rawValue), batch \(batchSize), image \(imageSize)" }
  var threadCount: String { "\(threads) thread\(threads == 1 ? "" : "s")" }
  /// Ends a list.
  var turns: String { isInTurns ? ", in turns" : "" }
}

extension Record {
  /// Such as `vgg16 forward, batch 16, image 224, 2 threads`.
  var heading: String {
    let key = Runs.Key(self)
    return "\(key.work), \(key.threadCount)"
  }
}
