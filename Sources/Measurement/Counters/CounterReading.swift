import Results

/// The counters of a thread at one moment. Two readings make `CounterValues`.
package struct CounterReading: Sendable {
  /// An event's count, and the nanoseconds in which its group was enabled and in which it was counted.
  struct Count: Equatable {
    var value: UInt64
    var enabled: UInt64
    var running: UInt64
  }

  /// The counts by the events' places in `CounterEvent.allCases`; nil for an event that is not counted.
  private var counts = InlineArray<8, Count?>(repeating: nil)

  package init() {}

  static func place(_ event: CounterEvent) -> Int { CounterEvent.allCases.firstIndex(of: event)! }

  subscript(event: CounterEvent) -> Count? {
    get { counts[Self.place(event)] }
    set { counts[Self.place(event)] = newValue }
  }

  /// Takes in what `read` gives for a group: the number of events, the times enabled and running, and the counts.
  ///
  /// - Parameter places: those of the group's events, in its order
  mutating func add(_ words: UnsafePointer<UInt64>, byteCount: Int, places: [Int]) {
    // A group that the kernel could not place reads as nothing.
    guard byteCount >= (3 + places.count) * MemoryLayout<UInt64>.size, words[0] == places.count else { return }
    for index in places.indices {
      counts[places[index]] = Count(value: words[3 + index], enabled: words[1], running: words[2])
    }
  }

  /// The events since an earlier reading, extrapolated where they were counted for a part of the time. An event that
  /// was not counted at all is missing.
  package func since(_ earlier: CounterReading) -> CounterValues {
    var values = CounterValues()
    for event in CounterEvent.allCases {
      guard let now = self[event], let then = earlier[event] else { continue }
      let (enabled, running) = (Double(now.enabled - then.enabled), Double(now.running - then.running))
      let share = enabled > 0 ? min(running / enabled, 1) : 1
      values.countedShare = min(values.countedShare, share)
      if share > 0 { values.counts[event] = Int((Double(now.value - then.value) / share).rounded()) }
    }
    return values
  }
}
