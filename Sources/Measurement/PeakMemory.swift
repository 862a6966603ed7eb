import Glibc

/// Reads the most memory that this process has had resident.
package enum PeakMemory {
  /// The number of bytes since the start of the process or the last `reset`.
  package static func residentBytes(_ files: SystemFiles = .system) -> Int {
    if let kibibytes = files.field("VmHWM", in: "/proc/self/status").flatMap({ Int($0.prefix { $0.isNumber }) }) {
      return kibibytes << 10
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }

  /// Starts a new peak from the memory that is resident now, so that each pass has its own.
  /// - Returns: whether the kernel permits it
  @discardableResult
  package static func reset() -> Bool {
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return write(file, "5", 1) == 1
  }
}
