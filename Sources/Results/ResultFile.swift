import Foundation

/// What a run leaves behind, and what `--format json` prints.
package struct ResultFile: StoredFile, Codable, Equatable, Sendable {
  /// Raised whenever a key changes its name or meaning.
  package static let schema = 1

  package let schema: Int
  package var context: Context
  package var records: [Record]

  package init(context: Context, records: [Record]) {
    schema = Self.schema
    self.context = context
    self.records = records
  }

  /// Sorted keys, a newline at the end.
  /// - Throws: `ResultsError.notFinite` where a number is NaN or infinite, which JSON cannot say.
  package func json() throws(ResultsError) -> Data {
    try ResultJSON.encode(self)
  }

  /// - Parameter path: where `json` comes from, for the sentence of an error.
  package init(json: Data, path: String) throws(ResultsError) {
    if ProfileFile.isProfile(json) { throw .isProfile(path: path) }
    self = try ResultJSON.decode(json, path: path)
    for (index, record) in records.enumerated() {
      if let key = record.firstImpossible {
        throw .wrongValue(path: path, key: "records[\(index)].\(key)", reason: "it must be positive")
      }
    }
  }
}

extension Record {
  /// The key of a number that no measurement gives; whoever divides by it or takes its logarithm relies on that.
  fileprivate var firstImpossible: String? {
    func first(_ values: [Double], _ key: String) -> String? {
      values.firstIndex { $0 <= 0 }.map { "\(key)[\($0)]" }
    }
    let numbers: [(CodingKeys, Double?)] = [
      (.batchSize, Double(batchSize)), (.imageSize, Double(imageSize)), (.threads, Double(threads)),
      (.flopPerStep, flopPerStep), (.peakFlopRate, peakFlopRate), (.memoryBandwidth, memoryBandwidth),
    ]
    return numbers.first { $0.1.map { $0 <= 0 } ?? false }?.0.stringValue
      ?? first(burnInDurations, CodingKeys.burnInDurations.stringValue)
      ?? first(durations, CodingKeys.durations.stringValue)
  }
}
