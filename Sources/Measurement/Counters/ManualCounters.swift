import Results
import Synchronization

/// Counters that move only when they are told to, so that tests are exact.
package final class ManualCounters: CounterSource {
  private let reading: Mutex<CounterReading>

  /// - Parameter events: those that are counted
  package init(_ events: [CounterEvent]) {
    var reading = CounterReading()
    for event in events { reading[event] = .init(value: 0, enabled: 0, running: 0) }
    self.reading = Mutex(reading)
  }

  package func read() -> CounterReading { reading.withLock { $0 } }

  /// Lets time pass in which `counts` are counted for a share of it.
  ///
  /// - Parameters:
  ///   - counts: what the processor counts in that share
  package func advance(nanoseconds: UInt64, countedShare: Double = 1, _ counts: [CounterEvent: UInt64]) {
    reading.withLock { reading in
      for event in CounterEvent.allCases {
        reading[event]?.value += counts[event] ?? 0
        reading[event]?.enabled += nanoseconds
        reading[event]?.running += UInt64(Double(nanoseconds) * countedShare)
      }
    }
  }
}
