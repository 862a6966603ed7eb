import CBenchBackend
import Kernels
import Tensors
import Terms

/// Why a library's table cannot be taken, as the end of a sentence that names the library.
package enum PluginError: Error, Equatable, CustomStringConvertible {
  /// It was built for a later version.
  case newerVersion(UInt32)
  case incomplete(String)
  case invalidName(String)
  /// It offers nothing to a host of this version.
  case empty

  package var description: String {
    switch self {
    case .newerVersion(let version):
      "was built for version \(version) of bench_backend.h; this bench takes versions up to \(BENCH_BACKEND_VERSION). Build "
        + "it with this bench's header, which scripts/install-header copies, or use a later bench."
    case .incomplete(let what):
      "returns a table without \(what); bench_backend.h says what a table must have."
    case .invalidName(let name):
      "calls a back end '\(name)'; a name has 1 to 40 letters, digits, '-', '_' or '.'."
    case .empty:
      "offers no back end for version \(BENCH_BACKEND_VERSION) of bench_backend.h: bench_backend_get returned NULL for index 0."
    }
  }
}

extension PluginBackend {
  /// The function that a library exports.
  package static let entryPoint = "bench_backend_get"

  /// The back ends of a library.
  /// - Parameter entry: the address of its `bench_backend_get`
  package static func all(from entry: UnsafeMutableRawPointer) throws(PluginError) -> [PluginBackend] {
    typealias Get = @convention(c) (UInt32, Int32) -> UnsafePointer<bench_backend>?
    let get = unsafeBitCast(entry, to: Get.self)
    var backends: [PluginBackend] = []
    // The limit ends a library that never says NULL.
    for index in 0..<64 {
      guard let table = get(UInt32(BENCH_BACKEND_VERSION), Int32(index)) else { break }
      backends.append(try PluginBackend(table))
    }
    if backends.isEmpty { throw .empty }
    return backends
  }

  /// Copies as much of a table as the library's header had; the rest is 0.
  static func read(_ table: UnsafePointer<bench_backend>) throws(PluginError) -> bench_backend {
    guard table.pointee.version <= UInt32(BENCH_BACKEND_VERSION) else { throw .newerVersion(table.pointee.version) }
    let size = min(Int(table.pointee.struct_size), MemoryLayout<bench_backend>.size)
    guard table.pointee.version > 0, size >= requiredSize else {
      throw .incomplete("version and struct_size (\(table.pointee.version), \(table.pointee.struct_size))")
    }
    var copy = bench_backend()
    withUnsafeMutableBytes(of: &copy) {
      $0.baseAddress!.copyMemory(from: UnsafeRawPointer(table), byteCount: size)
    }
    if copy.name == nil { throw .incomplete("name") }
    if copy.supports == nil { throw .incomplete("supports") }
    if copy.plan_create == nil { throw .incomplete("plan_create") }
    if copy.plan_destroy == nil { throw .incomplete("plan_destroy") }
    if copy.run == nil { throw .incomplete("run") }
    return copy
  }

  /// Up to `run`: later fields may be missing.
  private static let requiredSize = MemoryLayout<bench_backend>.offset(of: \.prepare)!

  /// The host's limit for the library's class. A sum of many terms may round more than any transform, so none is
  /// stricter than the definition's.
  package func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
    let direct = Tolerance.direct(problem, direction)
    var text = bench_problem(problem, direction)
    let number = table.tolerance.map { Int($0(address, &text)) } ?? BENCH_TOLERANCE_DIRECT
    if number == BENCH_TOLERANCE_DIRECT { return direct }
    let algorithm = number == BENCH_TOLERANCE_WINOGRAD_4 ? WinogradAlgorithm.f4x3 : .f6x3
    return direct.orLooser(algorithm.tolerance)
  }
}

extension Tolerance {
  fileprivate func orLooser(_ other: Tolerance) -> Tolerance {
    Tolerance(
      max: Swift.max(max, other.max), relativeL2: Swift.max(relativeL2, other.relativeL2), because: other.because)
  }
}
