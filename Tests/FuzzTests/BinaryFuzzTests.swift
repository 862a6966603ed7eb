import Foundation
import TestSupport
import Testing

@testable import Profiles
@testable import Tensors

/// Files of tensors and CPU profiles. They are read from paths, here in memory.
@Suite(.serialized) struct BinaryFuzzTests {
  private let directory = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()

  private func run(
    _ name: String, _ corpus: [[UInt8]], refuses: Bool = true, _ read: (String) throws -> Void
  ) {
    let path = "\(directory)/bench-fuzz-\(getpid())-\(name)"
    defer { unlink(path) }
    Fuzzing(name: name, corpus: corpus).run(refuses: refuses) { bytes in
      let file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0o600)
      defer { close(file) }
      _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      try read(path)
    }
  }

  /// The header's length, the header, the body.
  private func safetensors(_ header: String, body: Int) -> [UInt8] {
    let header = Array(header.utf8)
    return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
      + (0..<body).map { UInt8(truncatingIfNeeded: 37 * $0) }
  }

  @Test func safetensorsFiles() {
    let float =
      #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"F32","shape":[],"data_offsets":[24,28]}}"#
    let others =
      #"{"h":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[2,1],"data_offsets":[8,12]},"d":{"dtype":"F64","shape":[1],"data_offsets":[12,20]},"n":{"dtype":"I64","shape":[1],"data_offsets":[20,28]}}"#
    run("safetensors", [safetensors(float, body: 28), safetensors(others, body: 28)]) { path in
      let file = try Safetensors(path: path)
      for name in file.names where file.type(of: name) != "I64" {
        let shape = try file.shape(of: name)
        // Whoever copies has made room first.
        let (count, overflow) = shape.reduce((1, false)) { product, extent in
          let (next, overflow) = product.0.multipliedReportingOverflow(by: extent)
          return (next, product.1 || overflow)
        }
        guard !overflow, (0...1000).contains(count) else { continue }
        let buffer = try FloatBuffer(count: count)
        try file.copy(name, to: buffer.base, count: count)
      }
    }
  }

  @Test func arrays() {
    func npy(_ version: UInt8, _ header: String, body: Int) -> [UInt8] {
      let header = Array(header.utf8)
      let length = withUnsafeBytes(of: UInt32(header.count).littleEndian) { $0.prefix(version == 1 ? 2 : 4).map { $0 } }
      return Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }) + [version, 0] + length + header
        + [UInt8](repeating: 62, count: body)
    }
    let corpus = [
      npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", body: 24),
      npy(2, "{'descr': '<f8', 'fortran_order': True, 'shape': (3, 2), }", body: 48),
      npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }", body: 5),
      npy(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (), }", body: 2),
    ]
    run("npy", corpus) { path in
      let array = try NPY(path: path)
      #expect(array.values.count == array.shape.reduce(1, *))
    }
  }

  @Test func cpuProfiles() {
    let profile = CPUProfileBytes(samples: [(3, [0x1010, 0x1020, 0x1700]), (1, [0x1500]), (70, [0x1010, 0x1020])])
    run("cpu-profile", [[UInt8](profile.bytes)]) { path in _ = StackTree(Stacks(try Profile(path: path))) }
  }

  /// A profile's frames are named from the files of its memory map.
  @Test func executables() throws {
    let program = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/bin/true")))
    run("elf", [program], refuses: false) { path in
      guard let file = ELFFile(path) else { throw ProfileError.isNoProfile(path: path) }
      let symbols = SymbolTable(file.functions)
      for address in stride(from: 0, to: UInt64(program.count), by: 4096) {
        _ = file.address(ofOffset: address).map { symbols.name(at: $0) }
      }
    }
  }
}
