/// A CPU profile as gperftools writes it, with what `bench` adds to it.
package struct Profile {
  package struct Sample: Equatable {
    /// How often this stack was found.
    package let count: Int
    /// The instruction that was interrupted, then the return address of each caller.
    package let addresses: [UInt64]

    package init(count: Int, addresses: [UInt64]) {
      self.count = count
      self.addresses = addresses
    }
  }

  /// Microseconds of processor time between two samples.
  package let period: Int
  package let samples: [Sample]
  package let mappings: [Mapping]
  package let notes: ProfileNotes

  package init(period: Int, samples: [Sample], mappings: [Mapping], notes: ProfileNotes = ProfileNotes()) {
    self.period = period
    self.samples = samples
    self.mappings = mappings
    self.notes = notes
  }

  package var sampleCount: Int { samples.reduce(0) { $0 + $1.count } }
  /// Samples for each second of processor time.
  package var hertz: Int { 1_000_000 / max(period, 1) }
  /// The seconds of processor time that one sample stands for.
  package var secondsPerSample: Double { Double(period) * 1e-6 }
}
