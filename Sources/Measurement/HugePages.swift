/// Memory of this process that lies on transparent huge pages.
package enum HugePages {
  /// In bytes; nil where the kernel does not tell.
  package static func residentBytes(_ files: SystemFiles = .system) -> Int? {
    files.field("AnonHugePages", in: "/proc/self/smaps_rollup")
      .flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 << 10 }
  }
}
