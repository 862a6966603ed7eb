import Terms

/// What the profiled steps took from the allocator and the kernel: allocations, page faults and context switches.
package struct ProfileCost: Codable, Equatable, Sendable {
  /// Of all profiled steps together.
  package var total: StepCost
  /// The layers that allocate or fault in pages in a step more; empty where the steps did neither.
  package var layers: [Layer]

  package struct Layer: Codable, Equatable, Sendable {
    package var name: String
    package var direction: StepPhase
    package var cost: StepCost

    package init(name: String, direction: StepPhase, cost: StepCost) {
      self.name = name
      self.direction = direction
      self.cost = cost
    }
  }

  package init(total: StepCost, layers: [Layer] = []) {
    self.total = total
    self.layers = layers
  }
}

/// The processor's events in some steps more, by phase and by thread.
package struct ProfileCounters: Codable, Equatable, Sendable {
  package var steps: Int
  /// By the name of the phase, over all threads.
  package var phases: [String: CounterValues]
  /// In the phases of each thread.
  package var threads: [CounterValues]

  package init(steps: Int, phases: [String: CounterValues], threads: [CounterValues]) {
    self.steps = steps
    self.phases = phases
    self.threads = threads
  }
}

extension StepCost {
  /// Whether there is something in it that a step should not do.
  package var isWasteful: Bool { allocations ?? 0 > 0 || pageFaults > 0 }

  package var pageFaults: Int { minorPageFaults + majorPageFaults }

  package static func + (a: StepCost, b: StepCost) -> StepCost {
    func sum(_ count: KeyPath<StepCost, Int?>) -> Int? {
      guard let x = a[keyPath: count], let y = b[keyPath: count] else { return nil }
      return x + y
    }
    return StepCost(
      allocations: sum(\.allocations), allocatedBytes: sum(\.allocatedBytes),
      minorPageFaults: a.minorPageFaults + b.minorPageFaults, majorPageFaults: a.majorPageFaults + b.majorPageFaults,
      voluntaryContextSwitches: a.voluntaryContextSwitches + b.voluntaryContextSwitches,
      involuntaryContextSwitches: a.involuntaryContextSwitches + b.involuntaryContextSwitches)
  }
}
