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
  package static let current = CacheSizes(
    second: size(level: 2) ?? 1 << 20, last: size(level: 3) ?? size(level: 2) ?? 32 << 20)

  /// From Linux's description of the first processor. `sysconf` counts every cache of a host under a virtual machine.
  private static func size(level: Int) -> Int? {
    guard let file = fopen("/sys/devices/system/cpu/cpu0/cache/index\(level)/size", "r") else { return nil }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 32)
    guard fgets(&text, Int32(text.count), file) != nil else { return nil }
    let kibibytes = Int(strtol(text, nil, 10))
    return kibibytes > 0 ? kibibytes << 10 : nil
  }
}
