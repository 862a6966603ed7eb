/// What happened on the machine between two moments: this process's events and everybody's processor time.
package struct Activity: Codable, Equatable, Sendable {
  /// Length of the interval in seconds.
  package var elapsed: Double
  /// Runnable tasks, averaged over one minute, at the beginning; this process adds to the one at the end.
  @OrNull package var loadAverageBefore: Double?
  @OrNull package var loadAverageAfter: Double?
  /// Processor seconds of this process, all threads, and of its children that have ended.
  package var ownCPUTime: Double
  /// Processor seconds of all other processes that the machine shows.
  @OrNull package var othersCPUTime: Double?
  /// Processor seconds that the hypervisor gave to other guests.
  @OrNull package var stolenCPUTime: Double?
  package var voluntaryContextSwitches: Int
  package var involuntaryContextSwitches: Int
  package var minorPageFaults: Int
  package var majorPageFaults: Int

  package init(
    elapsed: Double, loadAverageBefore: Double? = nil, loadAverageAfter: Double? = nil, ownCPUTime: Double = 0,
    othersCPUTime: Double? = nil, stolenCPUTime: Double? = nil, voluntaryContextSwitches: Int = 0,
    involuntaryContextSwitches: Int = 0, minorPageFaults: Int = 0, majorPageFaults: Int = 0
  ) {
    self.elapsed = elapsed
    self.loadAverageBefore = loadAverageBefore
    self.loadAverageAfter = loadAverageAfter
    self.ownCPUTime = ownCPUTime
    self.othersCPUTime = othersCPUTime
    self.stolenCPUTime = stolenCPUTime
    self.voluntaryContextSwitches = voluntaryContextSwitches
    self.involuntaryContextSwitches = involuntaryContextSwitches
    self.minorPageFaults = minorPageFaults
    self.majorPageFaults = majorPageFaults
  }

  enum CodingKeys: String, CodingKey {
    case elapsed = "elapsed_s"
    case loadAverageBefore = "load_average_before"
    case loadAverageAfter = "load_average_after"
    case ownCPUTime = "own_cpu_s"
    case othersCPUTime = "others_cpu_s"
    case stolenCPUTime = "stolen_cpu_s"
    case voluntaryContextSwitches = "voluntary_context_switches"
    case involuntaryContextSwitches = "involuntary_context_switches"
    case minorPageFaults = "minor_page_faults"
    case majorPageFaults = "major_page_faults"
  }
}
