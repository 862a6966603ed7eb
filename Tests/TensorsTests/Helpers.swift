import Foundation
import Tensors
import TestSupport
import Testing

/// Writes `bytes` to a file and lets `read` open it.
func reading<Value>(_ bytes: Data, _ read: (String) throws -> Value) throws -> Value {
  try withDirectory { (directory: String) throws in
    let path = "\(directory)/tensors"
    try bytes.write(to: URL(fileURLWithPath: path))
    return try read(path)
  }
}

/// Expects that `read` refuses `bytes` with a sentence that names the file and contains `words`.
func expectRefusal<Value>(
  of bytes: Data, saying words: String, at location: SourceLocation = #_sourceLocation,
  _ read: (String) throws -> Value
) throws {
  let error = #expect(throws: TensorFileError.self, sourceLocation: location) { try reading(bytes, read) }
  guard let error else { return }
  #expect(error.path.hasSuffix("/tensors"), sourceLocation: location)
  #expect(isSentence(error), "\(error)", sourceLocation: location)
  #expect(error.reason.contains(words), "\(error)", sourceLocation: location)
}

/// Whether an error begins with its file and ends in a full stop.
func isSentence(_ error: TensorFileError) -> Bool {
  let text = error.description
  return text.hasPrefix("\(error.path): ") && text.hasSuffix(".") && !text.contains("\n")
}

/// The bytes of `value` in little-endian order.
func bytes(of value: some FixedWidthInteger) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
func bytes(of values: [Float]) -> Data { values.withUnsafeBytes { Data($0) } }
