import Foundation
import Testing

@testable import Profiles

@Suite struct ELFTests {
  static let program = "/proc/self/exe"

  /// The address of a function in this process leads to its name, through the map and the file.
  @Test func functionsOfThisProgramHaveTheirNames() throws {
    let mappings = try mappingsOfThisProcess()
    let symbolizer = Symbolizer(mappings)
    let code: @convention(c) (Int32) -> Int32 = { $0 + 1 }
    let address = UInt64(UInt(bitPattern: unsafeBitCast(code, to: UnsafeRawPointer.self)))
    let symbol = symbolizer.symbol(at: address, isReturn: false)
    let frame = try #require(symbol.name.flatMap(SwiftSymbol.frame), "\(symbol)")
    #expect(frame.module == "ProfilesTests")
    #expect(frame.function == "ELFTests.functionsOfThisProgramHaveTheirNames")
    // The first instruction belongs to it, the byte before it to another one or to none.
    #expect(symbolizer.symbol(at: address + 1, isReturn: true) == symbol)
    #expect(symbolizer.symbol(at: address, isReturn: true).name != symbol.name)
  }

  /// As a library of the system, libc has dynamic symbols only.
  @Test func functionsOfLibrariesHaveTheirNames() throws {
    let mappings = try mappingsOfThisProcess()
    let address = UInt64(UInt(bitPattern: try #require(dlsym(nil, "qsort"))))
    let symbol = Symbolizer(mappings).symbol(at: address, isReturn: false)
    #expect(symbol.name == "qsort", "\(symbol)")
    #expect(symbol.file.hasPrefix("libc"))
  }

  @Test func segmentsAndSymbolsAreRead() throws {
    let file = try #require(ELFFile(Self.program))
    #expect(file.address(ofOffset: 0) != nil && file.address(ofOffset: .max) == nil)
    let names = file.functions.map(\.name)
    #expect(names.contains("main") && names.contains("cclosure_digit_a") && names.count > 1000)
  }

  @Test func unknownAddressesSayWhereTheyAre() {
    let mapping = Mapping(addresses: 0x1000..<0x2000, offset: 0x100, path: "/nonexistent/lib/libfirst.so.1")
    let symbolizer = Symbolizer([mapping])
    let inside = symbolizer.symbol(at: 0x1010, isReturn: false)
    #expect(inside.name == nil && inside.place == "libfirst.so.1+0x110")
    #expect(symbolizer.symbol(at: 0x1011, isReturn: true).place == "libfirst.so.1+0x110")
    #expect(symbolizer.symbol(at: 0x5000, isReturn: false).place == "0x5000")
  }

  @Test func tablesHaveGapsAndAliases() {
    let table = SymbolTable([
      .init(address: 0x20, size: 8, name: "second"), .init(address: 0x10, size: 4, name: "alias_of_first"),
      .init(address: 0x10, size: 4, name: "first"), .init(address: 0x10, size: 0x10, name: "x"),
    ])
    let found = [0xf, 0x10, 0x13, 0x1f, 0x20, 0x27, 0x28].map { table.name(at: $0) ?? "-" }
    #expect(found == ["-", "first", "first", "-", "second", "second", "-"])
    #expect(SymbolTable([]).name(at: 0) == nil)
  }

  /// However the header of a file is damaged, it is refused or has fewer symbols; it is never read outside.
  @Test func damagedFilesAreNotReadOutside() throws {
    let path = NSTemporaryDirectory() + "/elf-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let whole = try Data(contentsOf: URL(fileURLWithPath: "/proc/self/exe")).prefix(1 << 14)
    for position in 0..<64 {
      for value: UInt8 in [0, 0x7f, 0xff] {
        var bytes = whole
        bytes[position] = value
        try bytes.write(to: URL(fileURLWithPath: path))
        guard let file = ELFFile(path) else { continue }
        #expect(file.functions.count < 1000)
        _ = file.address(ofOffset: 0x1000)
      }
    }
    for text in ["", "short", "\u{7f}ELF"] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      #expect(ELFFile(path) == nil)
    }
  }
}
