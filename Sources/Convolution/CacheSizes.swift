import Glibc

/// A machine's caches, in bytes. `second` is that of one core; the threads share `last`.
package struct CacheSizes: Hashable, Sendable {
  package var second: Int
  package var last: Int

  package init(second: Int, last: Int) {
    self.second = second
    self.last = last
  }

  /// This machine's, or a typical one's where the system does not tell.
  package static let current: CacheSizes = {
    let second = size(level: 2) ?? 1 << 20
    let last = size(level: 3) ?? size(level: 2) ?? 32 << 20
    return CacheSizes(second: second, last: usable(last: last, cores: cores(level: 3) ?? 1))
  }()

  /// What `cores` that share a last level of `last` bytes can count on: all of it, but at most 16 MiB for each of them, or
  /// 32 MiB where that is more.
  ///
  /// A virtual machine of two cores may report the 300 MiB of a host, which the host's other machines fill. Kernels that
  /// counted on them took 290 instead of 228 ms for VGG16 forward at batch 4 (Emerald Rapids); with 12 to 48 MiB they
  /// are equally fast there.
  package static func usable(last: Int, cores: Int) -> Int { min(last, max(cores * 16 << 20, 32 << 20)) }

  /// From Linux's description of the first processor. `sysconf` counts every cache of a host under a virtual machine.
  private static func size(level: Int) -> Int? {
    let kibibytes = description(level: level, "size").map { Int(strtol($0, nil, 10)) } ?? 0
    return kibibytes > 0 ? kibibytes << 10 : nil
  }

  /// Processors that share the first one's cache.
  private static func cores(level: Int) -> Int? {
    description(level: level, "shared_cpu_list").map(cores(inList:))
  }

  /// The number of processors in Linux's notation, such as 0-3,64-67.
  static func cores(inList text: String) -> Int {
    text.split(separator: ",").reduce(0) { count, range in
      let ends = range.split(separator: "-").compactMap { Int($0.prefix(while: \.isNumber)) }
      return count + (ends.count == 2 ? ends[1] - ends[0] + 1 : 1)
    }
  }

  private static func description(level: Int, _ property: String) -> String? {
    guard let file = fopen("/sys/devices/system/cpu/cpu0/cache/index\(level)/\(property)", "r") else { return nil }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 4096)
    return fgets(&text, Int32(text.count), file).map { String(cString: $0) }
  }
}
