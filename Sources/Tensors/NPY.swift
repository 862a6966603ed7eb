import Foundation
import Terms

/// A NumPy array file (.npy), as float32 in C order. Other floats and bytes are converted, and so is Fortran order.
///
/// Source: NumPy's format specification, versions 1.0 to 3.0.
package struct NPY {
  package let shape: [Int]
  package let values: [Float]
  /// What was converted, as a part of a sentence; nil for float32 in C order.
  package private(set) var conversion: String?

  /// - Throws: `TensorFileError` where the file cannot be read, breaks the format or holds another type.
  package init(path: String) throws(TensorFileError) {
    func fail(_ reason: String) -> TensorFileError { TensorFileError(path: path, reason: reason) }
    let file: Data
    do { file = Data(try FileContents.bytes(path)) } catch {
      throw fail("the file cannot be read; check the path and its permissions.")
    }
    let bytes = [UInt8](file.prefix(12))
    guard bytes.count == 12, bytes[0] == 0x93, String(decoding: bytes[1..<6], as: UTF8.self) == "NUMPY" else {
      throw fail("this is no .npy file; save the array with numpy.save.")
    }
    guard (1...3).contains(bytes[6]) else {
      throw fail("version \(bytes[6]) of the .npy format is unknown; save the array with numpy.save.")
    }
    let start = bytes[6] == 1 ? 10 : 12
    let length =
      bytes[6] == 1
      ? Int(bytes[8]) | Int(bytes[9]) << 8
      : Int(bytes[8]) | Int(bytes[9]) << 8 | Int(bytes[10]) << 16 | Int(bytes[11]) << 24
    guard length <= file.count - start else { throw fail("the file is cut short; copy or write it again.") }
    let header = String(decoding: file[file.startIndex + start..<file.startIndex + start + length], as: UTF8.self)
    guard let type = Self.value(of: "descr", in: header), let order = Self.value(of: "fortran_order", in: header),
      let shape = Self.shape(in: header)
    else { throw fail("the header is not one that NumPy writes; save the array with numpy.save.") }
    guard let stored = FloatType(numpy: type) else {
      throw fail("values of type \(type) are not supported; save float32, float16, float64 or uint8.")
    }
    let isFortran = order.hasPrefix("True")
    let body = file[(file.startIndex + start + length)...]
    guard let count = elementCount(shape) else { throw fail("the shape \(shape) is too large.") }
    guard body.count / stored.width == count, body.count % stored.width == 0 else {
      throw fail("the shape \(shape) needs \(count * stored.width) bytes of data, not \(body.count).")
    }
    self.shape = shape
    let raw = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if count > 0 {
        body.withUnsafeBytes { stored.convert($0.baseAddress!, to: buffer.baseAddress!, count: count) }
      }
      initialized = count
    }
    values = isFortran ? Self.rowMajor(raw, shape) : raw
    let notes = [stored == .float32 ? nil : "\(type.filter { $0 != "'" })", isFortran ? "Fortran order" : nil]
    if !notes.allSatisfy({ $0 == nil }) {
      conversion = "\(notes.compactMap(\.self).joined(separator: " in ")) was converted to float32 in C order"
    }
  }

  /// From the first index running fastest to the last one doing so.
  private static func rowMajor(_ values: [Float], _ shape: [Int]) -> [Float] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var place = [Int](repeating: 0, count: shape.count)
    return values.indices.map { _ in
      defer {
        for axis in shape.indices.reversed() {
          place[axis] += 1
          if place[axis] < shape[axis] { break }
          place[axis] = 0
        }
      }
      return values[zip(place, strides).reduce(0) { $0 + $1.0 * $1.1 }]
    }
  }

  package init(shape: [Int], values: [Float]) {
    guard shape.reduce(1, *) == values.count else { fatalError("the shape must fit the values") }
    self.shape = shape
    self.values = values
  }

  /// Writes a file of version 1.0, whole or not at all.
  ///
  /// - Throws: `TensorFileError` where the file cannot be written.
  package func write(to path: String) throws(TensorFileError) {
    let sizes = shape.map { "\($0)," }.joined(separator: " ")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
    // The format requires that the data start at a multiple of 64 bytes.
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    var file = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    withUnsafeBytes(of: UInt16(header.utf8.count).littleEndian) { file.append(contentsOf: $0) }
    file.append(contentsOf: header.utf8)
    values.withUnsafeBytes { file.append(contentsOf: $0) }
    do { try file.write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw TensorFileError(path: path, reason: "the file cannot be written; check the directory and the free space.")
    }
  }

  /// The text after a key of the header, which is a Python dictionary.
  private static func value(of key: String, in header: String) -> Substring? {
    guard let range = header.range(of: "'\(key)':") else { return nil }
    return header[range.upperBound...].drop { $0 == " " }.prefix { $0 != "," }
  }

  private static func shape(in header: String) -> [Int]? {
    guard let key = header.range(of: "'shape':") else { return nil }
    let text = header[key.upperBound...].drop { $0 == " " }
    guard text.first == "(", let end = text.firstIndex(of: ")") else { return nil }
    let parts = text[..<end].dropFirst().split(separator: ",").map { $0.filter { $0 != " " } }
    let sizes = parts.filter { !$0.isEmpty }.map { Int($0) }
    return sizes.contains { $0 == nil || $0! < 0 } ? nil : sizes.compactMap(\.self)
  }
}
