import Glibc

/// What blocking depends on, in bytes. The last level is shared by the threads.
package struct CacheSizes: Hashable, Sendable {
  package var second: Int
  package var last: Int

  package init(second: Int, last: Int) {
    self.second = second
    self.last = last
  }

  /// Bytes of the largest result that is still found there when the next layer reads it; others are stored past them.
  package var mostKept: Int { last / 4 * 3 }
  package func keep(_ bytes: Int) -> Bool { bytes <= mostKept }

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

extension ExecutionContext {
  /// Whether to store a tensor of `count` floats by non-temporal stores: none keeps it until it is read, and its pixels are whole
  /// vectors. Every tensor is aligned to them.
  package func storesNonTemporally(_ count: Int, channels: Int) -> Bool {
    channels.isMultiple(of: kernels.width) && !CacheSizes.current.keep(count * MemoryLayout<Float>.stride)
  }
}
