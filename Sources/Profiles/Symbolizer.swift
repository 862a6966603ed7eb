import Glibc

/// Names the functions of a profile's addresses, by the memory map of the process and the files that it names.
final class Symbolizer {
  private let mappings: [Mapping]
  private var files: [String: (file: ELFFile, symbols: SymbolTable)?] = [:]
  private var names: [UInt64: Symbol] = [:]

  struct Symbol: Hashable {
    /// As the linker knows it; nil where the file does not name the address.
    let name: String?
    /// The last part of the file's path, with where in it the address lies; the bare address outside of every file.
    let place: String
    /// The last part of the file's path.
    let file: String
  }

  /// - Parameter mappings: in the order of their addresses
  init(_ mappings: [Mapping]) { self.mappings = mappings }

  /// - Parameter isReturn: whether the address is where a call returns to. The call stands before it, and may be the last
  ///   instruction of its function.
  func symbol(at address: UInt64, isReturn: Bool) -> Symbol {
    let address = isReturn && address > 0 ? address - 1 : address
    if let known = names[address] { return known }
    let found = lookUp(address)
    names[address] = found
    return found
  }

  private func lookUp(_ address: UInt64) -> Symbol {
    guard let mapping = mappings.first(where: { $0.addresses.contains(address) }) else {
      return Symbol(name: nil, place: "0x\(String(address, radix: 16))", file: "")
    }
    let offset = address - mapping.addresses.lowerBound &+ mapping.offset
    let file = String(mapping.path.split(separator: "/").last ?? Substring(mapping.path))
    let place = "\(file)+0x\(String(offset, radix: 16))"
    guard let (elf, symbols) = contents(of: mapping.path), let known = elf.address(ofOffset: offset) else {
      return Symbol(name: nil, place: place, file: file)
    }
    return Symbol(name: symbols.name(at: known), place: place, file: file)
  }

  private func contents(of path: String) -> (file: ELFFile, symbols: SymbolTable)? {
    if let known = files[path] { return known }
    let read = ELFFile(path).map { (file: $0, symbols: SymbolTable($0.functions)) }
    files[path] = .some(read)
    return read
  }

  /// The files with code that were changed after the profile was written, whose names may therefore be wrong.
  static func filesNewer(than profile: String, of mappings: [Mapping]) -> [String] {
    guard let written = Self.changeTime(profile) else { return [] }
    return Set(mappings.map(\.path)).filter { (Self.changeTime($0) ?? 0) > written }.sorted()
  }

  private static func changeTime(_ path: String) -> Double? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Double(status.st_mtim.tv_sec) + 1e-9 * Double(status.st_mtim.tv_nsec)
  }
}
