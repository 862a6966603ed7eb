import Statistics

/// Changes sound files: bytes, ranges of bytes, and what a parser of text or of binary fields has to decide about.
///
/// The same seed gives the same files.
struct Mutator {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Numbers at the edges of their types, brackets without a partner, and characters of many bytes.
  private static let tokens: [[UInt8]] = [
    "0", "-1", "1e308", "1e-320", "1e999", "9223372036854775807", "9223372036854775808", "18446744073709551615",
    "0.5", "null", "true", "\"\"", "[", "]", "{", "}", "[[[[[[[[", "{\"a\":", ",", ":", "\\u0000", "\\ud800",
    "\u{FEFF}", "\u{301}", "\n", "\r\n", "\0", "'", "(", ")", "e", "+", "p", "n",
  ].map { Array($0.utf8) }

  /// Words that sizes, offsets and counts of a binary file might be.
  private static let words: [UInt64] = [
    0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 40, 1 << 62, 1 << 63,
    UInt64(Int.max), UInt64.max, UInt64.max - 7,
  ]

  mutating func below(_ count: Int) -> Int { count == 0 ? 0 : Int(random.next() % UInt64(count)) }

  /// One of the files with one change, or with up to four.
  mutating func next(_ corpus: [[UInt8]]) -> [UInt8] {
    var file = corpus[below(corpus.count)]
    for _ in 0...below(below(2) == 0 ? 1 : 4) { change(&file, corpus) }
    return file
  }

  private mutating func change(_ file: inout [UInt8], _ corpus: [[UInt8]]) {
    let position = below(file.count)
    let end = min(file.count, position + 1 + below(below(2) == 0 ? 4 : 64))
    let range = position..<max(position, end)
    switch below(10) {
    case 0 where !file.isEmpty: file[position] ^= 1 << UInt8(below(8))
    case 1 where !file.isEmpty: file[position] = UInt8(truncatingIfNeeded: random.next())
    case 2: file.removeSubrange(range)
    case 3: file.insert(contentsOf: file[range], at: position)
    case 4: file.insert(contentsOf: Self.tokens[below(Self.tokens.count)], at: position)
    case 5: replaceNumber(&file, from: position)
    case 6: replaceWord(&file, at: position)
    case 7: file.removeLast(below(file.count))
    case 8:
      let other = corpus[below(corpus.count)]
      let start = below(other.count)
      file.insert(contentsOf: other[start..<min(other.count, start + 1 + below(64))], at: position)
    default: file.replaceSubrange(range, with: Self.tokens[below(Self.tokens.count)])
    }
  }

  /// Puts another number in the place of the next one.
  private mutating func replaceNumber(_ file: inout [UInt8], from position: Int) {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let first = file[position...].firstIndex(where: digits.contains) else { return }
    let end = file[first...].firstIndex { !digits.contains($0) } ?? file.count
    file.replaceSubrange(first..<end, with: Self.tokens[below(9)])
  }

  private mutating func replaceWord(_ file: inout [UInt8], at position: Int) {
    let word = Self.words[below(Self.words.count)]
    for byte in 0..<(1 << below(4)) where position + byte < file.count {
      file[position + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte))
    }
  }
}
