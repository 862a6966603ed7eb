import Terms

/// What one phase of a plan computes and moves in one run, all workers together.
package struct PhaseWork: Hashable, Sendable {
  /// Multiplications and additions of products. Those of transforms are not counted: memory and caches bound these.
  package var flop: Double
  /// Bytes that the phase reads and writes, in whatever cache they lie.
  package var bytes: Double

  package init(flop: Double = 0, bytes: Double = 0) { (self.flop, self.bytes) = (flop, bytes) }

  /// - Parameter floats: those that are read and those that are written
  init(flop: Double = 0, floats: Int...) {
    self.init(flop: flop, bytes: 4 * floats.reduce(0) { $0 + Double($1) })
  }

  package static func + (a: PhaseWork, b: PhaseWork) -> PhaseWork {
    PhaseWork(flop: a.flop + b.flop, bytes: a.bytes + b.bytes)
  }

  package static func * (work: PhaseWork, times: Double) -> PhaseWork {
    PhaseWork(flop: work.flop * times, bytes: work.bytes * times)
  }
}
