import Foundation

/// What `bench train` leaves behind, and what its `--format json` prints.
package struct TrainingFile: StoredFile, Codable, Equatable, Sendable {
  /// Tells a training from the results of other commands.
  package static let kind = "training"

  package let schema: Int
  package let kind: String
  package var context: Context
  package var records: [TrainingRecord]

  package init(context: Context, records: [TrainingRecord]) {
    schema = ResultFile.schema
    kind = Self.kind
    self.context = context
    self.records = records
  }

  /// - Parameter path: where `json` comes from, for the sentence of an error
  package init(json: Data, path: String) throws(ResultsError) {
    self = try ResultJSON.decode(json, path: path)
    for (index, record) in records.enumerated() {
      guard let (key, bounds) = record.firstImpossible else { continue }
      throw .wrongValue(
        path: path, key: "records[\(index)].\(key)", reason: "no training gives it: it must be \(bounds)")
    }
  }
}

extension TrainingRecord {
  /// The first value that no training gives, and what it must be. Who shows a training relies on that.
  fileprivate var firstImpossible: (key: String, bounds: String)? {
    let (steps, most) = (losses.count, 1_000_000_000_000)
    for (key, count) in [
      ("batch_size", batchSize), ("image_size", imageSize), ("readers", readers), ("threads", threads),
    ]
    where !(1...most).contains(count) { return (key, "1 to \(most)") }
    for (key, count) in [("first_step", firstStep), ("requested_steps", requestedSteps)]
    where !(0...most).contains(count) { return (key, "0 to \(most)") }
    for (key, values) in [
      ("durations_s", durations), ("waits_s", waits), ("reader_work_s", readerWork),
      ("cross_entropies", crossEntropies),
    ] {
      if values.count != steps { return (key, "one number for each of \(steps) losses") }
      if !values.allSatisfy({ (0...1e300).contains($0) }) { return (key, "numbers from 0 on") }
    }
    return nil
  }
}
