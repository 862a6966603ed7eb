/// The counters of one thread, or what stands in their place in a test.
package protocol CounterSource: Sendable {
  /// The counts until now.
  func read() -> CounterReading
}
