/// The activity of the machine between two moments: the events of this process and the processor time of all.
package struct Activity: Codable, Equatable, Sendable {
  /// The length of the interval in seconds.
  package var elapsed: Double
  /// The load average over one minute, at the beginning. The one at the end contains the load of this process.
  @OrNull package var loadAverageBefore: Double?
  @OrNull package var loadAverageAfter: Double?
  /// The processor seconds of all threads of this process and of its children that have ended.
  package var ownCPUTime: Double
  /// The processor seconds of all other processes that the machine shows.
  @OrNull package var othersCPUTime: Double?
  /// The processor seconds that the hypervisor gave to other guests.
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
