import Glibc

/// The system has refused memory.
package struct AllocationError: Error, CustomStringConvertible {
  package let bytes: Int
  package let reason: String

  package var description: String {
    "The system refused \(bytes >> 20) MiB of memory (\(reason)). Use a smaller batch or image."
  }

  package init(bytes: Int, reason: String) { (self.bytes, self.reason) = (bytes, reason) }
}

/// Anonymous memory, zeroed, aligned to 2 MiB and advised to lie on huge pages. It is freed with its last reference.
package final class Memory: @unchecked Sendable {
  package static let alignment = 2 << 20
  /// A size that no process can address. Smaller sizes do not overflow when they are rounded up.
  private static let largest = 1 << 60

  package let base: UnsafeMutableRawPointer
  package let byteCount: Int
  /// Whether the kernel took the advice (`madvise` succeeded); transparent huge pages may still be off.
  package let hugePagesAdvised: Bool
  private let mapping: UnsafeMutableRawPointer
  private let mappedBytes: Int

  /// - Parameter byteCount: is rounded up to whole huge pages
  /// - Throws: `AllocationError` where the system has no such address space.
  package init(byteCount: Int) throws(AllocationError) {
    guard byteCount <= Self.largest else {
      throw AllocationError(bytes: byteCount, reason: String(cString: strerror(ENOMEM)))
    }
    let rounded = max(byteCount, 1).rounded(upTo: Self.alignment)
    mappedBytes = rounded + Self.alignment
    let mapped = mmap(nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw AllocationError(bytes: rounded, reason: String(cString: strerror(errno)))
    }
    mapping = mapped
    let address = Int(bitPattern: mapped).rounded(upTo: Self.alignment)
    base = UnsafeMutableRawPointer(bitPattern: address)!
    self.byteCount = rounded
    hugePagesAdvised = madvise(base, rounded, MADV_HUGEPAGE) == 0
  }

  deinit { munmap(mapping, mappedBytes) }

  /// Touches every page of `range`, so that page faults happen here and not in the first step.
  package func commit(_ range: Range<Int>) {
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: 4096) {
      (base + offset).storeBytes(of: 0, as: UInt8.self)
    }
  }
}

extension Int {
  /// The smallest multiple of `unit` that is not below self.
  package func rounded(upTo unit: Int) -> Int { (self + unit - 1) / unit * unit }
}
