/// What a trace shows of one pass: a process with a track for each worker.
package struct TraceProcess: Sendable {
  package let name: String
  /// The names of its tracks, in order.
  package let tracks: [String]
  /// The time that becomes 0, in nanoseconds.
  package let origin: UInt64

  package init(name: String, tracks: [String], origin: UInt64) {
    self.name = name
    self.tracks = tracks
    self.origin = origin
  }
}

/// One step of a trace.
package struct TraceStep: Sendable {
  /// The slices of each track, as `TraceSlice.nested` leaves them.
  package let tracks: [[TraceSlice]]
  package let counters: [TraceCounter]

  /// - Parameters:
  ///   - tracks: slices in any order
  ///   - counters: in the order of their times
  package init(tracks: [[TraceSlice]], counters: [TraceCounter] = []) {
    self.tracks = tracks.map(TraceSlice.nested)
    self.counters = counters
  }
}

/// The value that a counter has from a time on, which is in nanoseconds.
package struct TraceCounter: Sendable {
  package let time: UInt64
  package let name: TraceLabel
  package let bytes: Int

  /// - Parameter name: a label without arguments
  package init(at time: UInt64, _ name: TraceLabel, bytes: Int) {
    self.time = time
    self.name = name
    self.bytes = bytes
  }
}
