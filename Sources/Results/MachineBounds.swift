/// What bounds the rate of a kernel on some threads: multiply-adds, and the bandwidth of each level of memory.
package struct MachineBounds: Codable, Equatable, Sendable {
  package var threads: Int
  /// The instruction set of the kernels that measured.
  package var instructionSet: String
  /// FLOP/s in single precision; a multiply-add counts as two operations.
  package var fmaPeak: Double
  /// The levels that were measured, the first-level cache first. A level is missing where its size is unknown, or where
  /// no working set belongs to it alone.
  package var levels: [LevelBandwidth]
  /// The bandwidth of reading working sets of more and more bytes.
  package var readCurve: [ReadBandwidth]
  /// Seconds since the beginning of 1970, UTC.
  package var measuredAt: Int64
  /// Whether other programs ran meanwhile, so that the machine can do more; nil where not.
  package var wasBusy: Bool?

  package init(
    threads: Int, instructionSet: String, fmaPeak: Double, levels: [LevelBandwidth], readCurve: [ReadBandwidth],
    measuredAt: Int64
  ) {
    self.threads = threads
    self.instructionSet = instructionSet
    self.fmaPeak = fmaPeak
    self.levels = levels
    self.readCurve = readCurve
    self.measuredAt = measuredAt
  }

  /// The bandwidth of a level; nil where it was not measured.
  package subscript(level: MemoryLevel) -> LevelBandwidth? { levels.first { $0.level == level } }

  package var l2: LevelBandwidth? { self[.l2] }
  package var llc: LevelBandwidth? { self[.llc] }
  package var dram: LevelBandwidth? { self[.dram] }

  /// Takes over each bandwidth that was higher when it was measured before: other programs can only lower one.
  package mutating func raise(to earlier: MachineBounds) {
    for index in levels.indices {
      guard let known = earlier[levels[index].level], known.workingSet == levels[index].workingSet
      else { continue }
      levels[index].read = max(levels[index].read, known.read)
      levels[index].triad = max(levels[index].triad, known.triad)
      if let triad = levels[index].nonTemporalTriad, let before = known.nonTemporalTriad {
        levels[index].nonTemporalTriad = max(triad, before)
      }
    }
    for index in readCurve.indices {
      let known = earlier.readCurve.first { $0.workingSet == readCurve[index].workingSet }
      readCurve[index].read = max(readCurve[index].read, known?.read ?? 0)
    }
  }

  enum CodingKeys: String, CodingKey {
    case threads, levels
    case instructionSet = "instruction_set"
    case fmaPeak = "fma_peak_flops_per_s"
    case readCurve = "read_curve"
    case measuredAt = "measured_at_unix_s"
    case wasBusy = "was_busy"
  }
}

/// The levels of memory, the nearest first.
package enum MemoryLevel: String, CaseIterable, Codable, Sendable {
  case l1
  case l2
  /// The last-level cache, behind the second level.
  case llc
  case dram
}

/// The bandwidth of one level, in bytes/s of all threads together.
package struct LevelBandwidth: Codable, Equatable, Sendable {
  package var level: MemoryLevel
  /// The bytes that all threads read, each a part of its own. The three arrays of the triad together are as large, less
  /// at most 6 KiB a thread.
  package var workingSet: Int
  package var read: Double
  /// a = b + s * c with ordinary stores. As in STREAM three arrays count; what a cache reads of `a` before it is written
  /// does not.
  package var triad: Double
  /// The triad with stores that bypass the caches; nil for a cache.
  @OrNull package var nonTemporalTriad: Double?

  package init(level: MemoryLevel, workingSet: Int, read: Double, triad: Double, nonTemporalTriad: Double?) {
    self.level = level
    self.workingSet = workingSet
    self.read = read
    self.triad = triad
    self.nonTemporalTriad = nonTemporalTriad
  }

  enum CodingKeys: String, CodingKey {
    case level
    case workingSet = "working_set_bytes"
    case read = "read_bytes_per_s"
    case triad = "triad_bytes_per_s"
    case nonTemporalTriad = "non_temporal_triad_bytes_per_s"
  }
}

/// A point of the read curve.
package struct ReadBandwidth: Codable, Equatable, Sendable {
  /// The bytes that all threads read, each a part of its own.
  package var workingSet: Int
  /// Bytes/s of all threads together.
  package var read: Double

  package init(workingSet: Int, read: Double) { (self.workingSet, self.read) = (workingSet, read) }

  enum CodingKeys: String, CodingKey {
    case workingSet = "working_set_bytes"
    case read = "read_bytes_per_s"
  }
}
