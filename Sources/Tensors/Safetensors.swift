import Foundation

/// A safetensors file: named tensors and string metadata. Tensors may have any type; those that are copied are of
/// floating point, and become float32.
///
/// Layout: the header's length (8 bytes, little endian), a JSON header, then the tensors' bytes, without holes and
/// overlaps. Source: the format description of huggingface/safetensors.
package struct Safetensors {
  package let path: String
  package let metadata: [String: String]
  private let entries: [String: Entry]
  /// The contents of the file, mapped into memory because full-size networks take gigabytes.
  private let file: Data
  private let bodyOffset: Int

  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  /// - Throws: `TensorFileError` where the file cannot be read or breaks the format.
  package init(path: String) throws(TensorFileError) {
    func fail(_ reason: String) -> TensorFileError { TensorFileError(path: path, reason: reason) }
    do { file = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) } catch {
      throw fail("the file cannot be read; check the path and its permissions.")
    }
    guard file.count >= 8 else { throw fail("the file is too short for a safetensors file.") }
    let length = file.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(file.count - 8), length <= 100 << 20 else {
      throw fail("the header's length (\(length) bytes) does not fit the file; it is cut short or no safetensors file.")
    }
    bodyOffset = 8 + Int(length)
    let header: Header
    do { header = try JSONDecoder().decode(Header.self, from: file.subdata(in: 8..<bodyOffset)) } catch {
      throw fail("the header is not the JSON that safetensors prescribes.")
    }
    metadata = header.metadata
    entries = header.entries
    var end = 0
    for (name, entry) in entries.sorted(by: { ($0.value.data_offsets, $0.key) < ($1.value.data_offsets, $1.key) }) {
      let (count, offsets) = (elementCount(entry.shape), entry.data_offsets)
      guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= file.count - bodyOffset,
        let count, Self.widths[entry.dtype].map({ offsets[1] - offsets[0] == count * $0 }) ?? true
      else { throw fail("tensor '\(name)' lies outside the file or does not fit its shape \(entry.shape).") }
      guard offsets[0] == end else {
        throw fail(
          "tensor '\(name)' \(offsets[0] < end ? "overlaps another one" : "leaves a hole before it"), which the format "
            + "forbids; write the file again.")
      }
      end = offsets[1]
    }
    guard end == file.count - bodyOffset else {
      throw fail("\(file.count - bodyOffset - end) bytes behind the last tensor belong to none; write the file again.")
    }
    self.path = path
  }

  /// Bytes of a value. A type that is not here may be in the file, but its size is not checked.
  private static let widths = [
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2,
    "U8": 1,
    "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
  ]

  /// The type of a tensor, such as `F16`; nil where there is no such tensor.
  package func type(of name: String) -> String? { entries[name]?.dtype }

  package var names: [String] { entries.keys.sorted() }
  package func contains(_ name: String) -> Bool { entries[name] != nil }

  /// - Throws: `TensorFileError` where there is no such tensor.
  package func shape(of name: String) throws(TensorFileError) -> [Int] { try entry(name).shape }

  /// Copies a tensor of exactly `count` floats.
  ///
  /// - Throws: `TensorFileError` where there is no such tensor or it has another size.
  package func copy(_ name: String, to destination: UnsafeMutablePointer<Float>, count: Int) throws(TensorFileError) {
    let entry = try entry(name)
    let stored = elementCount(entry.shape) ?? 0
    guard stored == count else {
      throw TensorFileError(
        path: path, reason: "tensor '\(name)' has shape \(entry.shape), \(stored) values; \(count) are needed.")
    }
    guard let type = FloatType(safetensors: entry.dtype) else {
      throw TensorFileError(
        path: path, reason: "tensor '\(name)' has dtype \(entry.dtype); one of F32, F16, BF16 and F64 is needed.")
    }
    file.withUnsafeBytes { source in
      type.convert(source.baseAddress! + bodyOffset + entry.data_offsets[0], to: destination, count: count)
    }
  }

  private func entry(_ name: String) throws(TensorFileError) -> Entry {
    guard let entry = entries[name] else { throw TensorFileError(path: path, reason: "there is no tensor '\(name)'.") }
    return entry
  }

  /// The JSON header: tensors by name, and one entry of another type, the metadata.
  private struct Header: Decodable {
    var metadata: [String: String] = [:]
    var entries: [String: Entry] = [:]

    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        if key.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: key)
        } else {
          entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
        }
      }
    }
  }
}

extension Safetensors {
  /// A tensor to be written.
  package typealias Content = (name: String, shape: [Int], values: [Float])

  /// Writes float32 tensors, whole or not at all.
  ///
  /// - Throws: `TensorFileError` where the file cannot be written.
  package static func write(
    _ tensors: [Content], metadata: [String: String] = [:], to path: String
  ) throws(TensorFileError) {
    do {
      try data(tensors, metadata: metadata).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw TensorFileError(path: path, reason: "the file cannot be written; check the directory and the free space.")
    }
  }

  /// The bytes of a file with float32 tensors.
  package static func data(_ tensors: [Content], metadata: [String: String] = [:]) throws -> Data {
    var offset = 0
    var header: [String: Any] = metadata.isEmpty ? [:] : ["__metadata__": metadata]
    for tensor in tensors {
      let end = offset + tensor.values.count * 4
      header[tensor.name] = ["dtype": "F32", "shape": tensor.shape, "data_offsets": [offset, end]] as [String: Any]
      offset = end
    }
    var json = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
    // The format asks for an aligned body; spaces are the padding.
    json.append(Data(repeating: 0x20, count: (8 - json.count % 8) % 8))
    var file = Data(capacity: 8 + json.count + offset)
    withUnsafeBytes(of: UInt64(json.count).littleEndian) { file.append(contentsOf: $0) }
    file.append(json)
    for tensor in tensors { tensor.values.withUnsafeBytes { file.append(contentsOf: $0) } }
    return file
  }
}

/// Offsets in the order of the file.
private func < (first: ([Int], String), second: ([Int], String)) -> Bool {
  first.0 == second.0 ? first.1 < second.1 : first.0.lexicographicallyPrecedes(second.0)
}
