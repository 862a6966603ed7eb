import Terms

/// Runs a program and keeps how long each layer took in each phase of every step.
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
  /// Of operations of the forward pass whose first layer's time is that of several.
  private let laps: [Laps]
  /// When each dispatch of a step ended.
  private var ends: [UInt64]

  /// - Parameter clock: counts nanoseconds.
  package init(_ program: Program, clock: @escaping () -> UInt64) {
    self.program = program
    self.clock = clock
    keys = program.schedule.dispatches.map { Key(layer: $0.operation.layer, phase: $0.operation.phase) }
    ends = keys.map { _ in 0 }
    laps = program.schedule.groups.joined().compactMap(\.laps)
  }

  /// One step. Sums only when it is over: between dispatches that would be part of the next one's time.
  package func run() {
    for laps in laps { laps.stages.clock = clock }
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
    for laps in laps {
      laps.stages.clock = nil
      let seconds = step[Key(layer: laps.layers[0], phase: .forward)]!
      for (layer, part) in zip(laps.layers, laps.stages.takeParts()) {
        step[Key(layer: layer, phase: .forward)] = part * seconds
      }
    }
    for (key, seconds) in step { durations[key, default: []].append(seconds) }
  }

  /// Forgets the steps so far: the burn-in is over.
  package func reset() { durations = [:] }
}
