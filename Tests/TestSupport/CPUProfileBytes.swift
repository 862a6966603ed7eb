import Foundation

/// A CPU profile of gperftools made by hand.
package struct CPUProfileBytes {
  package var header: [UInt64] = [0, 3, 0, 10_000, 0]
  /// The count and the addresses of each.
  package var samples: [(count: UInt64, addresses: [UInt64])]
  package var end: [UInt64] = [0, 1, 0]
  package var text = "1000-2000 r-xp 00000000 00:00 1      /nonexistent/lib/libfirst.so.1\n"

  package init(samples: [(count: UInt64, addresses: [UInt64])] = []) { self.samples = samples }

  package var bytes: Data {
    let words = header + samples.flatMap { [$0.count, UInt64($0.addresses.count)] + $0.addresses } + end
    return words.withUnsafeBytes { Data($0) } + Data(text.utf8)
  }
}
