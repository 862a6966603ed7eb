/// What is needed of a 64-bit ELF file to name its code: where its segments are loaded, and its symbols.
/// Source: System V Application Binary Interface, chapter 4, and elf(5)
struct ELFFile {
  struct Symbol: Equatable {
    /// The address that the file gives it, before the loader moves the whole file.
    let address: UInt64
    /// In bytes; up to the end of the section where the file does not say.
    let size: UInt64
    let name: String
  }

  /// A part of the file that is loaded.
  private struct Segment {
    let offset: UInt64
    let address: UInt64
    let size: UInt64
  }

  private let file: MappedFile
  private let segments: [Segment]

  private static let (loadSegment, symbolTable, dynamicSymbolTable): (UInt32, UInt32, UInt32) = (1, 2, 11)
  private static let isCode: UInt64 = 4

  /// nil where the file is missing or no 64-bit ELF file.
  init?(_ path: String) {
    guard let file = try? MappedFile(path) else { return nil }
    // The magic number, 64 bits, little-endian.
    guard file.bytes.prefix(6).elementsEqual([0x7f, 0x45, 0x4c, 0x46, 2, 1]) else { return nil }
    guard let headers = file.load(UInt64.self, at: 32), let count = file.load(UInt16.self, at: 56) else { return nil }
    self.file = file
    segments = (0..<Int(count)).compactMap { index in
      guard let start = Int(exactly: headers).flatMap({ Self.sum($0, 56 * index) }),
        file.load(UInt32.self, at: start) == Self.loadSegment,
        let offset = file.load(UInt64.self, at: start + 8), let address = file.load(UInt64.self, at: start + 16),
        let size = file.load(UInt64.self, at: start + 32)
      else { return nil }
      return Segment(offset: offset, address: address, size: size)
    }
  }

  /// The address that the file gives to its byte at `offset`; nil where that is not loaded.
  func address(ofOffset offset: UInt64) -> UInt64? {
    segments.first { offset >= $0.offset && offset - $0.offset < $0.size }.map { $0.address &+ (offset - $0.offset) }
  }

  /// The functions, in the order of the file. Those of the dynamic table are in the other one as well, where the file
  /// was not stripped.
  var functions: [Symbol] {
    guard let headers = file.load(UInt64.self, at: 40).flatMap(Int.init(exactly:)),
      let count = file.load(UInt16.self, at: 60)
    else { return [] }
    // A damaged count would make a list of sections that the file does not have.
    let sections = Array(
      (0..<Int(count)).lazy.compactMap { Self.sum(headers, 64 * $0) }.prefix { $0 <= file.bytes.count - 64 })
    func tables(_ type: UInt32) -> [Int] { sections.filter { file.load(UInt32.self, at: $0 + 4) == type } }
    let full = tables(Self.symbolTable)
    return (full.isEmpty ? tables(Self.dynamicSymbolTable) : full).flatMap { functions(ofTable: $0, sections) }
  }

  private func functions(ofTable table: Int, _ sections: [Int]) -> [Symbol] {
    guard let (start, size) = extent(table), let link = file.load(UInt32.self, at: table + 40), link < sections.count,
      let (names, namesSize) = extent(sections[Int(link)])
    else { return [] }
    return stride(from: start, to: start + size - 23, by: 24).compactMap { entry in
      guard let name = file.load(UInt32.self, at: entry), let info = file.load(UInt8.self, at: entry + 4),
        let index = file.load(UInt16.self, at: entry + 6), index > 0, index < sections.count,
        let code = code(sections[Int(index)]),
        // No type, as labels of assembler code; a function; a function that is chosen when the file is loaded.
        [0, 2, 10].contains(info & 15),
        let address = file.load(UInt64.self, at: entry + 8), code.contains(address),
        let size = file.load(UInt64.self, at: entry + 16),
        let text = file.text(at: names + Int(name), before: names + namesSize), !text.isEmpty, !text.hasPrefix(".")
      else { return nil }
      return Symbol(address: address, size: size == 0 ? code.upperBound - address : size, name: text)
    }
  }

  /// The addresses of a section; nil where it is no code.
  private func code(_ section: Int) -> Range<UInt64>? {
    guard let flags = file.load(UInt64.self, at: section + 8), flags & Self.isCode != 0,
      let start = file.load(UInt64.self, at: section + 16), let size = file.load(UInt64.self, at: section + 32),
      size <= UInt64.max - start
    else { return nil }
    return start..<start + size
  }

  /// Where the contents of a section are, all of it inside the file.
  private func extent(_ section: Int) -> (start: Int, size: Int)? {
    guard let start = file.load(UInt64.self, at: section + 24).flatMap(Int.init(exactly:)),
      let size = file.load(UInt64.self, at: section + 32).flatMap(Int.init(exactly:)),
      let end = Self.sum(start, size), end <= file.bytes.count
    else { return nil }
    return (start, size)
  }

  private static func sum(_ a: Int, _ b: Int) -> Int? {
    let (sum, overflow) = a.addingReportingOverflow(b)
    // Fields of a header are read some bytes behind it.
    return overflow || sum > Int.max / 2 ? nil : sum
  }
}
