import Glibc

/// Makes a frame of a Swift function's symbol. Closures, thunks and specialisations get the name of the function that
/// they belong to.
enum SwiftSymbol {
  /// nil for a symbol that is not Swift's
  static func frame(_ symbol: String) -> Frame? {
    guard symbol.hasPrefix("$s") || symbol.hasPrefix("$S"), let text = demangled(symbol) else { return nil }
    return frame(demangled: text)
  }

  /// - Parameter text: such as `generic specialization <KernelsAVX512.AVX512Kernels, Kernels.F4x3> of static (extension in
  ///   Kernels):Kernels.WinogradKernels.transformInput<A where A1: Kernels.WinogradTransforms>(A1.Type) -> ()`
  static func frame(demangled text: String) -> Frame {
    var path = declaration(text).split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let module = path.count > 1 ? path.removeFirst() : ""
    let function = path.joined(separator: ".")
    guard module == "Kernels" else { return Frame(module: module, function: function) }
    let instance = text.firstMatch(of: /Kernels(\w+)\.\1Kernels/)
    return Frame(
      module: module, function: function, instructionSet: instance.map { $0.1.lowercased() }, details: details(text))
  }

  /// The algorithm and the row count that a generic kernel was specialised for.
  private static func details(_ text: String) -> [String] {
    guard let arguments = text.firstMatch(of: /generic specialization <(.*?)> of/) else { return [] }
    return arguments.1.split(separator: ", ").compactMap { argument in
      let type = argument.split(separator: ".").last ?? argument
      if let winograd = type.wholeMatch(of: /F(\d)x(\d)/) {
        return "F(\(winograd.1)x\(winograd.1),\(winograd.2)x\(winograd.2))"
      }
      return type.wholeMatch(of: /Count\d+/) == nil ? nil : String(type)
    }
  }

  private static func demangled(_ symbol: String) -> String? {
    guard let text = demangle(symbol, UInt(symbol.utf8.count), nil, nil, 0) else { return nil }
    defer { free(text) }
    let demangled = String(cString: text)
    return demangled == symbol ? nil : demangled
  }
}

/// The demangler of Swift's runtime; the caller frees what it returns.
@_silgen_name("swift_demangle")
private func demangle(
  _ name: UnsafePointer<CChar>, _ length: UInt, _ buffer: UnsafeMutablePointer<CChar>?,
  _ bufferSize: UnsafeMutablePointer<UInt>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?
