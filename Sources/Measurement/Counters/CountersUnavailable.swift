import Glibc

/// The reason why hardware counters cannot be read here.
package enum CountersUnavailable: Error, Equatable, CustomStringConvertible {
  case noCounters(isVirtual: Bool)
  /// - paranoid: the kernel's setting, where it is the reason
  case notPermitted(paranoid: Int?)
  case noSystemCall
  case other(String)

  /// - Parameter errno: the error of perf_event_open
  init(errno: Int32, _ files: SystemFiles = .system) {
    switch errno {
    case ENOENT, ENODEV, EOPNOTSUPP, ENXIO:
      self = .noCounters(isVirtual: CPUDescription(cpuinfo: files.text("/proc/cpuinfo") ?? "").isVirtual == true)
    case EACCES, EPERM:
      let paranoid = files.integer("/proc/sys/kernel/perf_event_paranoid")
      self = .notPermitted(paranoid: paranoid.flatMap { $0 > 2 ? $0 : nil })
    case ENOSYS: self = .noSystemCall
    default: self = .other(String(cString: strerror(errno)))
    }
  }

  package var description: String {
    switch self {
    case .noCounters(isVirtual: true): "Hardware counters are not available here (virtual machine)."
    case .noCounters(isVirtual: false):
      "Hardware counters are not available here: the kernel does not know those of this processor."
    case .notPermitted(let paranoid?):
      "Hardware counters are not permitted: perf_event_paranoid is \(paranoid); "
        + "`sysctl kernel.perf_event_paranoid=2` allows them."
    case .notPermitted(nil):
      "Hardware counters are not permitted, as in most containers; a seccomp profile with perf_event_open allows them."
    case .noSystemCall: "Hardware counters are not available here: the kernel has no perf_event_open."
    case .other(let reason): "Hardware counters are not available here (\(reason))."
    }
  }
}
