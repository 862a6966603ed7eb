/// The memory that can still be allocated and used.
package enum AvailableMemory {
  /// In bytes: what the kernel has, or what the tightest control group leaves; nil where neither can be read.
  package static func bytes(_ files: SystemFiles = .system) -> Int? {
    let kibibytes = files.field("MemAvailable", in: "/proc/meminfo").flatMap { Int($0.prefix { $0.isNumber }) }
    return [kibibytes.map { $0 << 10 }, ControlGroup(files: files).availableMemory].compactMap(\.self).min()
  }
}
