import Foundation

/// A file of Chrome trace events, read as Perfetto reads it, and what is wrong with it.
package struct TraceFile {
  package struct Track: Hashable, Sendable {
    package let process: Int
    package let number: Int
  }

  /// A complete event. Times are nanoseconds.
  package struct Slice: Sendable {
    package let name: String
    package let category: String
    package let begin: Int
    package let end: Int
    package let texts: [String: String]
    package let numbers: [String: Double]
  }

  /// In the order of the file.
  package private(set) var slices: [Track: [Slice]] = [:]
  package private(set) var trackNames: [Track: String] = [:]
  package private(set) var processNames: [Int: String] = [:]
  package private(set) var counters: [String: [(time: Int, value: Double)]] = [:]
  /// Each is a rule of the format that an event breaks.
  package private(set) var faults: [String] = []

  package init(_ data: Data) throws {
    guard let file = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let events = file["traceEvents"] as? [[String: Any]]
    else {
      faults = ["The file is no object with the array traceEvents."]
      return
    }
    if file["displayTimeUnit"] as? String != "ns" { faults.append("displayTimeUnit is not ns.") }
    for (number, event) in events.enumerated() {
      if let fault = read(event) { faults.append("Event \(number): \(fault) \(event)") }
    }
    for (track, slices) in slices {
      if trackNames[track] == nil { faults.append("\(track) has no name.") }
      if processNames[track.process] == nil { faults.append("\(track) has a process without a name.") }
      faults += Self.faults(of: slices).map { "\(track): \($0)" }
    }
    for (name, values) in counters where zip(values, values.dropFirst()).contains(where: { $0.time > $1.time }) {
      faults.append("The counter \(name) goes back in time.")
    }
  }

  /// - Returns: what is wrong with the event
  private mutating func read(_ event: [String: Any]) -> String? {
    guard let name = event["name"] as? String, let kind = event["ph"] as? String else {
      return "name or ph is missing."
    }
    guard let pid = event["pid"] as? Int, let tid = event["tid"] as? Int, pid > 0, tid > 0 else {
      return "pid or tid is not a number above 0."
    }
    let (track, arguments) = (Track(process: pid, number: tid), event["args"] as? [String: Any] ?? [:])
    switch kind {
    case "M":
      switch (name, arguments["name"] as? String, arguments["sort_index"] as? Int) {
      case ("process_name", let name?, _): processNames[pid] = name
      case ("thread_name", let name?, _): trackNames[track] = name
      case ("process_sort_index", _, .some), ("thread_sort_index", _, .some): break
      default: return "The metadata is unknown or lacks its argument."
      }
    case "X":
      guard let begin = Self.nanoseconds(event["ts"]), let duration = Self.nanoseconds(event["dur"]), begin >= 0 else {
        return "ts or dur is not a number from 0."
      }
      guard duration > 0 else { return "The slice has no duration." }
      guard let category = event["cat"] as? String else { return "cat is missing." }
      slices[track, default: []].append(
        Slice(
          name: name, category: category, begin: begin, end: begin + duration,
          texts: arguments.compactMapValues { $0 as? String }, numbers: arguments.compactMapValues { $0 as? Double }))
    case "C":
      guard let time = Self.nanoseconds(event["ts"]), time >= 0 else { return "ts is not a number from 0." }
      guard !arguments.isEmpty else { return "The counter has no value." }
      for (key, value) in arguments {
        guard let value = value as? Double else { return "The counter's \(key) is not a number." }
        counters["\(pid) \(name)", default: []].append((time, value))
      }
    default: return "ph is unknown."
    }
    return nil
  }

  /// As Perfetto computes it: the fraction is cut off.
  private static func nanoseconds(_ microseconds: Any?) -> Int? { (microseconds as? Double).map { Int($0 * 1000) } }

  private static func faults(of slices: [Slice]) -> [String] {
    var (faults, open): ([String], [Slice]) = ([], [])
    for (before, slice) in zip(slices, slices.dropFirst()) where slice.begin < before.begin {
      faults.append("\(slice) begins before \(before).")
    }
    for slice in slices {
      while let last = open.last, last.end <= slice.begin { open.removeLast() }
      if let last = open.last, slice.end > last.end { faults.append("\(slice) overlaps \(last).") }
      open.append(slice)
    }
    return faults
  }
}
