import Foundation
import Terms

/// What a measurement can give. Numbers outside are those of a damaged or a foreign file: their quotients and squares
/// leave the range of Double.
package enum Plausible {
  /// A picosecond to thirty years.
  package static let seconds = 1e-12...1e9
  /// Operations of a step.
  package static let flop = 1.0...1e24
  /// Operations or bytes a second.
  package static let rate = 1.0...1e24
  /// Sizes and counts.
  package static let count = 1.0...1e15
  /// What may be nothing: the time to prepare, bytes of a workspace.
  package static let amount = 0.0...1e18

  static func text(_ range: ClosedRange<Double>) -> String {
    func short(_ value: Double) -> String { value == value.rounded() && value < 1e6 ? "\(Int(value))" : "\(value)" }
    return "\(short(range.lowerBound)) to \(short(range.upperBound))"
  }
}

/// A number of a file and where it may lie.
struct PlausibleValue {
  let key: String
  let value: Double?
  let range: ClosedRange<Double>

  init(_ key: String, _ value: Double?, _ range: ClosedRange<Double>) {
    (self.key, self.value, self.range) = (key, value, range)
  }

  /// NaN lies nowhere.
  var isImpossible: Bool { value.map { !range.contains($0) } ?? false }
}

extension Record {
  /// The key of a number that no measurement gives, and where it may lie.
  var firstImpossible: (key: String, range: String)? {
    func first(_ values: [Double], _ key: String) -> (String, String)? {
      values.firstIndex { !Plausible.seconds.contains($0) }.map { ("\(key)[\($0)]", Plausible.text(Plausible.seconds)) }
    }
    let numbers: [(CodingKeys, Double?, ClosedRange<Double>)] = [
      (.batchSize, Double(batchSize), Plausible.count), (.imageSize, Double(imageSize), Plausible.count),
      (.threads, Double(threads), Plausible.count), (.requestedBatches, Double(requestedBatches), Plausible.amount),
      (.requestedBurnIn, Double(requestedBurnIn), Plausible.amount), (.maxTime, maxTime, Plausible.seconds),
      (.prepareTime, prepareTime, Plausible.amount),
      (.peakResidentBytes, peakResidentBytes.map(Double.init), Plausible.amount),
      (.workspaceBytes, workspaceBytes.map(Double.init), Plausible.amount),
      (.predictedBytes, predictedBytes.map(Double.init), Plausible.amount),
      (.hugePageBytes, hugePageBytes.map(Double.init), Plausible.amount),
      (.flopPerStep, flopPerStep, Plausible.flop), (.peakFlopRate, peakFlopRate, Plausible.rate),
      (.memoryBandwidth, memoryBandwidth, Plausible.rate),
    ]
    if let wrong = numbers.map({ PlausibleValue($0.stringValue, $1, $2) }).first(where: \.isImpossible) {
      return (wrong.key, Plausible.text(wrong.range))
    }
    if let wrong = first(burnInDurations, CodingKeys.burnInDurations.stringValue)
      ?? first(durations, CodingKeys.durations.stringValue)
    {
      return wrong
    }
    let time = 0...Plausible.seconds.upperBound
    for (kind, value) in boundTimes ?? [:] where !time.contains(value) {
      return ("\(CodingKeys.boundTimes.stringValue).\(kind.rawValue)", Plausible.text(time))
    }
    for (index, layer) in layers.enumerated() {
      if let (key, range) = layer.firstImpossible { return ("layers[\(index)].\(key)", range) }
    }
    return ranks?.firstImpossible.map { ("ranks.\($0)", $1) }
  }
}

extension RanksRecord {
  /// The same for the ranks of a run. One that waited for nothing was exposed to nothing.
  fileprivate var firstImpossible: (key: String, range: String)? {
    typealias Key = RankRecord.CodingKeys
    for (key, value) in [(CodingKeys.bucketBytes, bucketBytes), (.gradientBytes, gradientBytes)]
    where !Plausible.amount.contains(Double(value)) { return (key.stringValue, Plausible.text(Plausible.amount)) }
    let time = 0...Plausible.seconds.upperBound
    for (index, bucket) in buckets.enumerated() {
      if !Plausible.amount.contains(Double(bucket.bytes)) {
        return ("buckets[\(index)].bytes", Plausible.text(Plausible.amount))
      }
      if let ready = bucket.ready, !time.contains(ready) { return ("buckets[\(index)].ready_s", Plausible.text(time)) }
    }
    for (index, rank) in ranks.enumerated() {
      guard Plausible.count.contains(Double(rank.threads)) else {
        return ("ranks[\(index)].\(Key.threads.stringValue)", Plausible.text(Plausible.count))
      }
      let lists: [(Key, [Double], ClosedRange<Double>)] = [
        (.durations, rank.durations, Plausible.seconds),
        (.inFlight, rank.inFlight, time), (.exposed, rank.exposed, time),
        (.aloneDurations, rank.aloneDurations ?? [], Plausible.seconds),
        (.separateDurations, rank.separateDurations ?? [], Plausible.seconds),
      ]
      for (key, values, range) in lists {
        guard let wrong = values.firstIndex(where: { !range.contains($0) }) else { continue }
        return ("ranks[\(index)].\(key.stringValue)[\(wrong)]", Plausible.text(range))
      }
    }
    return nil
  }
}

extension LayerRecord {
  /// The same for a layer. One that does nothing in a direction takes no time there.
  fileprivate var firstImpossible: (key: String, range: String)? {
    let none = 0...Plausible.flop.upperBound
    for (direction, value) in flop where !none.contains(value) {
      return ("flop.\(direction.rawValue)", Plausible.text(none))
    }
    for (direction, value) in compulsoryBytes ?? [:] where !Plausible.amount.contains(Double(value)) {
      return ("compulsory_bytes.\(direction.rawValue)", Plausible.text(Plausible.amount))
    }
    let time = 0...Plausible.seconds.upperBound
    for (phase, values) in durations ?? [:] {
      if let index = values.firstIndex(where: { !time.contains($0) }) {
        return ("durations_s.\(phase.rawValue)[\(index)]", Plausible.text(time))
      }
    }
    return nil
  }
}

/// The numbers of a file by the units that their keys end in, for files of many kinds of records.
struct PlausibleTree {
  /// - Returns: the first impossible number's key and where it may lie
  static func firstImpossible(_ value: Any, key: String = "", name: String = "") -> (key: String, range: String)? {
    switch value {
    case let object as [String: Any]:
      for (name, value) in object.sorted(by: { $0.key < $1.key }) {
        if let found = firstImpossible(value, key: key.isEmpty ? name : "\(key).\(name)", name: name) { return found }
      }
    case let array as [Any]:
      for (index, value) in array.enumerated() {
        if let found = firstImpossible(value, key: "\(key)[\(index)]", name: name) { return found }
      }
    case let number as NSNumber:
      guard let range = range(name), !range.contains(number.doubleValue) else { return nil }
      return (key, Plausible.text(range))
    default: break
    }
    return nil
  }

  private static func range(_ name: String) -> ClosedRange<Double>? {
    if name.hasSuffix("unix_s") { return nil }
    if name.hasSuffix("_per_s") { return Plausible.rate }
    if name.hasSuffix("_s") { return 0...Plausible.seconds.upperBound }
    if name == "bytes" || name.hasSuffix("_bytes") { return Plausible.amount }
    return name == "flop" || name.hasSuffix("_flop") ? 0...Plausible.flop.upperBound : nil
  }
}
