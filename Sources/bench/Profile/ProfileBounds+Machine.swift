import Convolution
import Results

extension ProfileBounds {
  /// The roofs of a machine. A level's bandwidth is the highest of its reads and triads, so that it bounds both.
  ///
  /// The threads have a second-level cache each and share the last one.
  init(_ machine: MachineBounds, _ caches: CacheSizes) {
    func level(_ level: LevelBandwidth?, _ name: String, capacity: Int?) -> Level? {
      level.map { Level(name: name, capacity: capacity, bandwidth: max($0.read, $0.triad, $0.nonTemporalTriad ?? 0)) }
    }
    self.init(
      peak: machine.fmaPeak,
      levels: [
        level(machine.l2, "L2", capacity: caches.second * machine.threads),
        level(machine.llc, "last-level cache", capacity: caches.last), level(machine.dram, "memory", capacity: nil),
      ].compactMap(\.self))
  }
}
