import Glibc

/// Counts the cores that this process may use.
package enum AvailableCores {
  /// The number of cores in the affinity mask, or the CPU quota rounded up where that is less; at least 1.
  package static func count(_ files: SystemFiles = .system) -> Int {
    let quota = ControlGroup(files: files).cpuQuota.map { Int($0.rounded(.up)) }
    return max(1, min(inAffinityMask(files)?.count ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)), quota ?? .max))
  }

  /// The numbers of the allowed cores that are online, as a launcher has bound this process to them; nil where the
  /// system does not say. `sched_getaffinity` returns the same, but Swift cannot import its macros.
  package static func inAffinityMask(_ files: SystemFiles = .system) -> Set<Int>? {
    guard let allowed = files.field("Cpus_allowed_list", in: "/proc/self/status") else { return nil }
    let cores = Set(numbers(inList: allowed))
    guard let online = files.word("/sys/devices/system/cpu/online") else { return cores }
    return cores.intersection(numbers(inList: online))
  }
}
