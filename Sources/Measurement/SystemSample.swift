import Foundation
import Results

/// The machine's counters at one moment. Two samples make an `Activity`.
package struct SystemSample: Sendable {
  /// Seconds of the monotonic clock.
  var time = 0.0
  var loadAverage: Double?
  var processors: ProcessorTimes?
  /// The user and system time, in seconds, of all threads of this process and of its children that have ended. A gate's
  /// workers are such children and must not count as other processes.
  var ownCPUTime = 0.0
  var voluntaryContextSwitches = 0
  var involuntaryContextSwitches = 0
  var minorPageFaults = 0
  var majorPageFaults = 0

  package static func capture(_ files: SystemFiles = .system, clock: any Clock = MonotonicClock()) -> SystemSample {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    var sample = SystemSample()
    sample.time = clock.seconds(since: 0)
    sample.loadAverage = files.word("/proc/loadavg")?.split(separator: " ").first.flatMap { Double($0) }
    sample.processors = files.text("/proc/stat").flatMap {
      ProcessorTimes(stat: $0, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))))
    }
    var children = rusage()
    getrusage(RUSAGE_CHILDREN.rawValue, &children)
    sample.ownCPUTime = [usage, children].reduce(0) { $0 + seconds($1.ru_utime) + seconds($1.ru_stime) }
    sample.voluntaryContextSwitches = usage.ru_nvcsw
    sample.involuntaryContextSwitches = usage.ru_nivcsw
    sample.minorPageFaults = usage.ru_minflt
    sample.majorPageFaults = usage.ru_majflt
    return sample
  }

  /// The activity since an earlier sample.
  package func since(_ earlier: SystemSample) -> Activity {
    let own = ownCPUTime - earlier.ownCPUTime
    var (others, stolen): (Double?, Double?)
    if let now = processors, let then = earlier.processors {
      // The kernel counts in ticks, so a difference can be slightly negative.
      others = max(now.busy - then.busy - own, 0)
      stolen = max(now.stolen - then.stolen, 0)
    }
    return Activity(
      elapsed: time - earlier.time, loadAverageBefore: earlier.loadAverage, loadAverageAfter: loadAverage,
      ownCPUTime: own, othersCPUTime: others, stolenCPUTime: stolen,
      voluntaryContextSwitches: voluntaryContextSwitches - earlier.voluntaryContextSwitches,
      involuntaryContextSwitches: involuntaryContextSwitches - earlier.involuntaryContextSwitches,
      minorPageFaults: minorPageFaults - earlier.minorPageFaults,
      majorPageFaults: majorPageFaults - earlier.majorPageFaults)
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
}

/// The seconds that all processors have spent since the machine started.
struct ProcessorTimes: Equatable {
  /// Time in processes and interrupts.
  var busy: Double
  /// Time that the hypervisor gave to other guests.
  var stolen: Double

  init(busy: Double, stolen: Double) {
    self.busy = busy
    self.stolen = stolen
  }

  /// - Parameter stat: the text of /proc/stat: `cpu user nice system idle iowait irq softirq steal guest guest_nice`
  init?(stat: String, ticksPerSecond: Double) {
    guard let line = stat.split(separator: "\n").first, line.hasPrefix("cpu ") else { return nil }
    let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
    guard ticks.count >= 8 else { return nil }
    // The time of guests is part of user and nice already.
    busy = (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / ticksPerSecond
    stolen = ticks[7] / ticksPerSecond
  }
}
