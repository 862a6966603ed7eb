extension Profile {
  /// Reads a profile of gperftools.
  ///
  /// The file consists of 64-bit words in the machine's byte order, then of text. Its header is 0, the number of the
  /// header words that follow these two, the version 0, the period in microseconds, and a 0. Each sample is its count,
  /// the number of its addresses, and these; 0, 1, 0 is the last one. The text is /proc/self/maps.
  /// Source: gperftools, docs/cpuprofile-fileformat.html
  ///
  /// - Throws: `ProfileError` for a file without a single sample, too
  package init(path: String) throws(ProfileError) {
    let file = try MappedFile(path)
    guard !file.bytes.isEmpty else { throw .empty(path: path) }
    var words = Words(file: file)
    guard words.next() == 0, let header = words.next(), (3...1024).contains(header), words.next() == 0,
      let period = words.next(), (1...60_000_000).contains(period)
    else { throw .isNoProfile(path: path) }
    words.skip(Int(header) - 2)
    var samples: [Sample] = []
    while true {
      guard let count = words.next(), let depth = words.next() else { throw .truncated(path: path) }
      guard depth >= 1, depth <= Self.largestDepth, count <= 1 << 40 else { throw .isNoProfile(path: path) }
      // A damaged depth would ask for an array that the file cannot fill.
      guard depth <= words.remaining else { throw .truncated(path: path) }
      let addresses = (0..<depth).compactMap { _ in words.next() }
      if count == 0 { break }
      samples.append(Sample(count: Int(count), addresses: addresses))
    }
    // A full disk may have kept the words and lost the map, without which no address has a name.
    let text = String(decoding: file.bytes[words.position...], as: UTF8.self)
    let mappings = Mapping.all(in: text)
    guard !mappings.isEmpty else { throw .truncated(path: path) }
    self.init(period: Int(period), samples: samples, mappings: mappings, notes: ProfileNotes(in: text))
    guard !samples.isEmpty else { throw .hasNoSamples(path: path, hertz: hertz) }
  }

  /// Beyond what gperftools writes, 254.
  private static let largestDepth: UInt64 = 1 << 16
}

/// The words of a file, one after the other.
private struct Words {
  let file: MappedFile
  private(set) var position = 0

  init(file: MappedFile) { self.file = file }

  mutating func next() -> UInt64? {
    guard let word = file.load(UInt64.self, at: position) else { return nil }
    position += 8
    return word
  }

  var remaining: Int { (file.bytes.count - position) / 8 }

  mutating func skip(_ count: Int) { position = min(position + 8 * count, file.bytes.count) }
}
