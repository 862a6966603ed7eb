/// Reads how much memory of this process lies on transparent huge pages.
package enum HugePages {
  /// The number of bytes; nil where the kernel does not report it.
  package static func residentBytes(_ files: SystemFiles = .system) -> Int? {
    files.field("AnonHugePages", in: "/proc/self/smaps_rollup")
      .flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 << 10 }
  }
}
