/// The functions of a file by address.
struct SymbolTable {
  private let symbols: [ELFFile.Symbol]

  /// - Parameter functions: in any order. Of several with one address the smallest stands, and of those the shortest name
  init(_ functions: [ELFFile.Symbol]) {
    let sorted = functions.sorted {
      ($0.address, $0.size, $0.name.utf8.count, $0.name) < ($1.address, $1.size, $1.name.utf8.count, $1.name)
    }
    symbols = sorted.indices.filter { $0 == 0 || sorted[$0].address != sorted[$0 - 1].address }.map { sorted[$0] }
  }

  /// The name of the function that has `address`; nil between functions. Complexity: O(log n)
  func name(at address: UInt64) -> String? {
    var (low, high) = (0, symbols.count)
    while low < high {
      let middle = (low + high) / 2
      if symbols[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let symbol = symbols[low - 1]
    return address - symbol.address < symbol.size ? symbol.name : nil
  }
}
