import CBenchBackend
import Terms
import Testing

@testable import Convolution

/// Tables of back ends in shared libraries. A pointer that is neither NULL nor valid cannot be found out; every number
/// and every text can be anything.
@Suite(.serialized) struct PluginFuzzTests {
  /// A table as bytes: version, size, instruction set, flags, capabilities, which pointers are NULL, and the name.
  private static let corpus: [[UInt8]] = [0, BENCH_ISA_AVX2, BENCH_ISA_AVX512].map { set in
    let numbers: [UInt32] = [
      UInt32(BENCH_BACKEND_VERSION), UInt32(MemoryLayout<bench_backend>.size), UInt32(set), 0, 3, 0,
    ]
    return numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } } + Array("mine-2.0".utf8)
  }

  @Test func tables() throws {
    Fuzzing(name: "plugin table", corpus: Self.corpus).run { bytes in
      try withTable(bytes) { table in
        let backend = try PluginBackend(table)
        #expect(PluginBackend.isValid(name: backend.name))
        let problem = try ConvolutionProblem(parsing: "n1c8h8k8r3p1")
        for direction in Direction.allCases {
          _ = (backend.reasonUnsupported(problem, direction), backend.fusions(problem, direction))
          _ = backend.tolerance(problem, direction)
        }
        return backend
      }
    }
  }

  private func withTable<Value>(
    _ bytes: [UInt8], _ body: (UnsafePointer<bench_backend>) throws -> Value
  ) throws -> Value {
    let padded = bytes + [UInt8](repeating: 0, count: max(24 - bytes.count, 0))
    func number(_ index: Int) -> UInt32 {
      padded[4 * index..<4 * index + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    let name = padded[24...].prefix { $0 != 0 } + [0]
    return try name.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { name in
      let isMissing = { (bit: UInt32) in number(5) & 1 << bit != 0 }
      var table = bench_backend()
      (table.version, table.struct_size) = (number(0), number(1))
      (table.instruction_set, table.flags) = (Int32(bitPattern: number(2)), number(3))
      table.capabilities = number(4)
      table.name = isMissing(0) ? nil : name.baseAddress
      table.summary = isMissing(1) ? name.baseAddress : nil
      // Neither a text that is not there nor a number that means nothing is an answer.
      table.supports = isMissing(2) ? nil : { _, problem, _, _ in Int32(truncatingIfNeeded: problem!.pointee.fused) }
      table.plan_create = isMissing(3) ? nil : { _, _, _, _, _, _, _ in 1 }
      table.plan_destroy = isMissing(4) ? nil : { _ in }
      table.run = isMissing(5) ? nil : { _, _, _, _, _ in 1 }
      table.tolerance = isMissing(6) ? { _, problem in Int32(truncatingIfNeeded: problem!.pointee.k) - 6 } : nil
      return try withUnsafePointer(to: table, body)
    }
  }
}
