import Terms

/// Runs a program and keeps how long each layer took in each phase of every step. Convolutions that one plan computes
/// have one time, under the name of their group.
package final class LayerTimer {
  /// Seconds of each timed step, by layer and phase.
  package private(set) var durations: [Key: [Double]] = [:]

  package struct Key: Hashable, Sendable {
    package let layer: String
    package let phase: StepPhase
    package init(layer: String, phase: StepPhase) {
      self.layer = layer
      self.phase = phase
    }
  }

  private let program: Program
  private let clock: () -> UInt64
  private let keys: [Key]
  /// When each dispatch of a step ended.
  private var ends: [UInt64]

  /// - Parameter clock: counts nanoseconds.
  package init(_ program: Program, clock: @escaping () -> UInt64) {
    self.program = program
    self.clock = clock
    keys = program.schedule.dispatches.map { Key(layer: $0.operation.layer, phase: $0.operation.phase) }
    ends = keys.map { _ in 0 }
  }

  /// Runs one step. The sums wait until it is over: between dispatches they would be part of the next one's time.
  package func run() {
    let start = clock()
    for (index, dispatch) in program.schedule.dispatches.enumerated() {
      dispatch.run()
      ends[index] = clock()
    }
    var step: [Key: Double] = [:]
    var before = start
    for (key, end) in zip(keys, ends) {
      step[key, default: 0] += Double(end - before) * 1e-9
      before = end
    }
    for (key, seconds) in step { durations[key, default: []].append(seconds) }
  }

  /// Forgets the steps so far: the burn-in is over.
  package func reset() { durations = [:] }
}
