/// What a step takes from the allocator and the kernel: the events of a process or thread between two moments.
package struct StepCost: Codable, Equatable, Sendable {
  /// The number of heap allocations; nil where they are not counted.
  @OrNull package var allocations: Int?
  @OrNull package var allocatedBytes: Int?
  package var minorPageFaults: Int
  package var majorPageFaults: Int
  package var voluntaryContextSwitches: Int
  package var involuntaryContextSwitches: Int

  package init(
    allocations: Int? = nil, allocatedBytes: Int? = nil, minorPageFaults: Int = 0, majorPageFaults: Int = 0,
    voluntaryContextSwitches: Int = 0, involuntaryContextSwitches: Int = 0
  ) {
    self.allocations = allocations
    self.allocatedBytes = allocatedBytes
    self.minorPageFaults = minorPageFaults
    self.majorPageFaults = majorPageFaults
    self.voluntaryContextSwitches = voluntaryContextSwitches
    self.involuntaryContextSwitches = involuntaryContextSwitches
  }

  /// The events since an earlier moment of the same process or thread.
  package func since(_ earlier: StepCost) -> StepCost {
    func difference(_ count: KeyPath<StepCost, Int?>) -> Int? {
      guard let now = self[keyPath: count], let then = earlier[keyPath: count] else { return nil }
      return now - then
    }
    return StepCost(
      allocations: difference(\.allocations), allocatedBytes: difference(\.allocatedBytes),
      minorPageFaults: minorPageFaults - earlier.minorPageFaults,
      majorPageFaults: majorPageFaults - earlier.majorPageFaults,
      voluntaryContextSwitches: voluntaryContextSwitches - earlier.voluntaryContextSwitches,
      involuntaryContextSwitches: involuntaryContextSwitches - earlier.involuntaryContextSwitches)
  }

  enum CodingKeys: String, CodingKey {
    case allocations
    case allocatedBytes = "allocated_bytes"
    case minorPageFaults = "minor_page_faults"
    case majorPageFaults = "major_page_faults"
    case voluntaryContextSwitches = "voluntary_context_switches"
    case involuntaryContextSwitches = "involuntary_context_switches"
  }
}
