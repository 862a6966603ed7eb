import Foundation

/// Writes a trace in the JSON form of Chrome's trace events, which Perfetto, chrome://tracing and speedscope open.
///
/// Source: Trace Event Format, https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
package struct TraceWriter {
  /// Viewers get slow with larger files, and speedscope refuses some of them.
  package static let byteLimit = 20_000_000
  /// No event of a slice is shorter, so that a step can be refused before it is encoded.
  package static let fewestBytesOfSlice = 64

  private let processes: [TraceProcess]
  private let limit: Int
  /// The events of each process so far.
  private var events: [[UInt8]]

  package init(_ processes: [TraceProcess], byteLimit limit: Int = Self.byteLimit) {
    self.processes = processes
    self.limit = limit
    events = processes.map { _ in [] }
    for (index, process) in processes.enumerated() { events[index] = header(process, index) }
  }

  /// The bytes that are left for steps.
  package var room: Int { limit - byteCount }

  package var byteCount: Int {
    events.reduce(Self.opening.utf8.count + Self.closing.utf8.count - Self.separator.utf8.count) { $0 + $1.count }
  }

  private static let opening = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
  private static let closing = "\n]}\n"
  fileprivate static let separator = ",\n"

  /// The events of a step, in the order of their times; nil where there is no room for them.
  package func encoded(_ step: TraceStep, of process: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    let (origin, room) = (processes[process].origin, room)
    var (next, nextCounter) = (step.tracks.map { _ in 0 }, 0)
    while bytes.count <= room {
      var first: (track: Int?, time: UInt64) = (nil, .max)
      for (track, slices) in step.tracks.enumerated() where next[track] < slices.count {
        if slices[next[track]].begin < first.time { first = (track, slices[next[track]].begin) }
      }
      if nextCounter < step.counters.count, step.counters[nextCounter].time <= first.time {
        let counter = step.counters[nextCounter]
        bytes.append(counter.name, "C", process, track: 0)
        bytes.append(time: counter.time - origin, as: "ts")
        bytes.append(",\"args\":{\"bytes\":\(counter.bytes)}}")
        nextCounter += 1
      } else if let track = first.track {
        let slice = step.tracks[track][next[track]]
        bytes.append(slice.label, "X", process, track: track)
        bytes.append(time: slice.begin - origin, as: "ts")
        bytes.append(time: slice.end - slice.begin, as: "dur")
        bytes.append("}")
        next[track] += 1
      } else {
        return bytes
      }
    }
    return nil
  }

  /// Adds the events of a step that `encoded` returned.
  package mutating func add(_ step: [UInt8], of process: Int) { events[process] += step }

  /// The whole file.
  package var file: Data {
    var data = Data(capacity: byteCount)
    data.append(contentsOf: Self.opening.utf8)
    // Each event has a separator before it, which the first must not have.
    for (index, bytes) in events.enumerated() {
      data.append(contentsOf: bytes.dropFirst(index == 0 ? Self.separator.utf8.count : 0))
    }
    data.append(contentsOf: Self.closing.utf8)
    return data
  }

  private func header(_ process: TraceProcess, _ number: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    func add(_ name: String, _ arguments: [String: TraceLabel.Argument], track: Int) {
      bytes.append(TraceLabel(metadata: name, arguments), "M", number, track: track)
      bytes.append("}")
    }
    add("process_name", ["name": .text(process.name)], track: 0)
    add("process_sort_index", ["sort_index": .number(Double(number))], track: 0)
    for (track, name) in process.tracks.enumerated() {
      add("thread_name", ["name": .text(name)], track: track)
      add("thread_sort_index", ["sort_index": .number(Double(track))], track: track)
    }
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ text: String) { append(contentsOf: text.utf8) }

  /// Begins an event. Viewers take number 0 for the system, so processes and tracks count from 1.
  fileprivate mutating func append(_ label: TraceLabel, _ kind: String, _ process: Int, track: Int) {
    append(TraceWriter.separator)
    append("{")
    append(contentsOf: label.json)
    append(",\"ph\":\"\(kind)\",\"pid\":\(process + 1),\"tid\":\(track + 1)")
  }

  /// Appends a time in microseconds.
  ///
  /// Perfetto multiplies it by 1000 as a double and cuts the fraction off, which loses a nanosecond of some times, and then
  /// slices overlap. A tenth of a nanosecond more prevents that.
  fileprivate mutating func append(time nanoseconds: UInt64, as key: String) {
    let (whole, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1000)
    append(",\"\(key)\":\(whole).\(fraction / 100)\(fraction / 10 % 10)\(fraction % 10)")
    if UInt64(Double(nanoseconds) / 1000 * 1000) != nanoseconds { append("1") }
  }
}
