/// A part of a file that a process has mapped into its memory as code: one line of /proc/PID/maps.
package struct Mapping: Equatable {
  package let addresses: Range<UInt64>
  /// Where in the file the part begins.
  package let offset: UInt64
  package let path: String

  package init(addresses: Range<UInt64>, offset: UInt64, path: String) {
    self.addresses = addresses
    self.offset = offset
    self.path = path
  }

  /// - Parameter line: such as `7fb51e359000-7fb51e3ed000 r-xp 00000000 00:00 2281    /usr/lib/libc.so.6`; nil for one of
  ///   memory that is no code, or without a name
  init?(_ line: Substring) {
    let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
    guard words.count == 6, words[1].dropFirst(2).first == "x", let offset = UInt64(words[2], radix: 16) else {
      return nil
    }
    let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
    guard ends.count == 2, ends[0] < ends[1] else { return nil }
    self.init(addresses: ends[0]..<ends[1], offset: offset, path: String(words[5].drop { $0 == " " }))
  }

  /// The code of a process, from the text of its /proc/PID/maps.
  package static func all(in text: String) -> [Mapping] {
    text.split(separator: "\n").compactMap(Mapping.init).sorted { $0.addresses.lowerBound < $1.addresses.lowerBound }
  }
}
