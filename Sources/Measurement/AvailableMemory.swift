/// Reads how much memory can still be allocated and used.
package enum AvailableMemory {
  /// The bytes that the kernel has, or those that the tightest control group leaves; nil where neither can be read.
  package static func bytes(_ files: SystemFiles = .system) -> Int? {
    let kibibytes = files.field("MemAvailable", in: "/proc/meminfo").flatMap { Int($0.prefix { $0.isNumber }) }
    return [kibibytes.map { $0 << 10 }, ControlGroup(files: files).availableMemory].compactMap(\.self).min()
  }
}
