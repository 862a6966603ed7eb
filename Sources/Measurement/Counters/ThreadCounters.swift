import CCounters
import Glibc
import Results

/// The kernel's counters of one thread, in user space. Opening and closing them are system calls, and so is a `read` of
/// each group; nothing is allocated when they are read.
///
/// Another thread may read them too, at the price of an interrupt where the counted one is running. The counts of a
/// pool's worker contain what it executes while it waits for the others.
package final class ThreadCounters: CounterSource {
  private struct Group {
    var files: [Int32] = []
    var places: [Int] = []
  }

  /// The events that are counted here.
  package let events: [CounterEvent]
  private let groups: [Group]

  private init(_ groups: [Group]) {
    self.groups = groups
    events = groups.flatMap(\.places).map { CounterEvent.allCases[$0] }
  }

  deinit { for file in groups.flatMap(\.files) { close(file) } }

  /// Opens the counters of the calling thread. Events that this machine does not count are left out.
  ///
  /// - Returns: the reason for the first event where none is counted
  package static func open(
    _ groups: [[CounterEvent]] = CounterEvent.hardware
  ) -> Result<ThreadCounters, CountersUnavailable> {
    var (opened, refusal): ([Group], Int32?) = ([], nil)
    for events in groups {
      var group = Group()
      for event in events {
        let file = ccounters_open(event.attributes.type, event.attributes.config, group.files.first ?? -1)
        if file >= 0 {
          group.files.append(file)
          group.places.append(CounterReading.place(event))
        } else {
          refusal = refusal ?? -file
        }
      }
      if !group.files.isEmpty { opened.append(group) }
    }
    if let refusal, opened.isEmpty { return .failure(CountersUnavailable(errno: refusal)) }
    for group in opened { ccounters_start(group.files[0]) }
    return .success(ThreadCounters(opened))
  }

  package func read() -> CounterReading {
    var reading = CounterReading()
    var words = InlineArray<11, UInt64>(repeating: 0)  // A header of three words, and at most every event.
    for group in groups {
      withUnsafeMutablePointer(to: &words) { words in
        let byteCount = Glibc.read(group.files[0], words, MemoryLayout.size(ofValue: words.pointee))
        words.withMemoryRebound(to: UInt64.self, capacity: 11) {
          reading.add($0, byteCount: byteCount, places: group.places)
        }
      }
    }
    return reading
  }
}
