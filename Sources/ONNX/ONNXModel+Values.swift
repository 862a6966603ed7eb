import Tensors

/// The values of constants. Their number is compared with the shape before anything is allocated.
extension ONNXModel {
  /// The types of TensorProto that can be read.
  private enum ElementType: Int {
    case float32 = 1, int32 = 6, int64 = 7, float16 = 10, float64 = 11

    var float: FloatType? {
      switch self {
      case .float32: .float32
      case .float16: .float16
      case .float64: .float64
      case .int32, .int64: nil
      }
    }
  }

  /// A constant as floats, in the file's order.
  package func floats(_ tensor: Tensor) throws(ONNXError) -> [Float] {
    guard let type = ElementType(rawValue: tensor.type)?.float else {
      throw ONNXError("'\(tensor.name)' has numbers of type \(tensor.type); float32, float16 and float64 can be read")
    }
    // float_data and double_data hold these; float16 comes as integers.
    let isList = tensor.raw == nil && tensor.external == nil
    let parts = try parts(tensor, width: isList && type == .float16 ? nil : type.width)
    let bytes = try file(of: tensor)
    guard isList, type == .float16 else {
      return parts.flatMap { part in
        let count = part.count / type.width
        return [Float](unsafeUninitializedCapacity: count) { floats, initialized in
          bytes.withUnsafeBytes {
            type.convert($0.baseAddress! + part.lowerBound, to: floats.baseAddress!, count: count)
          }
          initialized = count
        }
      }
    }
    return try integerList(tensor, parts).map { Float(Float16(bitPattern: UInt16(truncatingIfNeeded: $0))) }
  }

  /// A constant of few integers, such as a shape.
  func integers(_ tensor: Tensor) throws(ONNXError) -> [Int] {
    guard let type = ElementType(rawValue: tensor.type), type.float == nil else {
      throw ONNXError("'\(tensor.name)' has numbers of type \(tensor.type) where integers belong")
    }
    let width = type == .int32 ? 4 : 8
    guard tensor.raw != nil || tensor.external != nil else {
      return try integerList(tensor, parts(tensor, width: nil))
    }
    let bytes = try file(of: tensor)
    let starts = try parts(tensor, width: width).flatMap { stride(from: $0.lowerBound, to: $0.upperBound, by: width) }
    return starts.map { start in
      let bits = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
      return width == 4 ? Int(Int32(truncatingIfNeeded: bits)) : Int(Int64(bitPattern: bits))
    }
  }

  /// Refuses a constant that its file does not hold. One of a type that cannot be read is refused where it is needed.
  func checkPlace(of tensor: Tensor) throws(ONNXError) {
    guard let type = ElementType(rawValue: tensor.type) else { return }
    _ = try parts(tensor, width: type.float?.width ?? (type == .int32 ? 4 : 8))
  }

  /// Where the values are.
  /// - Parameter width: the bytes of a value; nil for varints, which are counted when they are read
  private func parts(_ tensor: Tensor, width: Int?) throws(ONNXError) -> [Range<Int>] {
    guard let count = tensor.count else { throw ONNXError("the shape of '\(tensor.name)' is no shape") }
    var parts = tensor.raw.map { [$0] } ?? tensor.lists
    if let place = tensor.external { parts = [try range(place, of: tensor, count, width)] }
    guard let width else { return parts }
    let (expected, overflow) = count.multipliedReportingOverflow(by: width)
    guard !overflow, parts.reduce(0, { $0 + $1.count }) == expected, parts.allSatisfy({ $0.count % width == 0 }) else {
      throw disagreement(tensor)
    }
    return parts.filter { !$0.isEmpty }
  }

  /// The bytes of a tensor's file that are its values.
  private func range(
    _ place: External, of tensor: Tensor, _ count: Int, _ width: Int?
  ) throws(ONNXError) -> Range<Int> {
    let (needed, overflow) = count.multipliedReportingOverflow(by: width ?? 1)
    let length = place.length ?? needed
    let size = try file(of: tensor).count
    guard !overflow, place.offset <= size, length <= size - place.offset else {
      throw ONNXError("'\(tensor.name)' lies behind the end of '\(place.location)', which has \(size) bytes")
    }
    return place.offset..<place.offset + length
  }

  /// The file that a tensor's values are in.
  private func file(of tensor: Tensor) throws(ONNXError) -> [UInt8] {
    guard let place = tensor.external else { return bytes }
    guard let file = otherFiles[place.location] else {
      throw ONNXError("'\(tensor.name)' lies in another file, '\(place.location)', which was not read")
    }
    return file
  }

  private func integerList(_ tensor: Tensor, _ parts: [Range<Int>]) throws(ONNXError) -> [Int] {
    var integers: [Int] = []
    // Each is one byte long at least.
    for part in parts { try ProtobufReader(bytes, in: part).append(.bytes(part), to: &integers, most: bytes.count) }
    guard integers.count == tensor.count else { throw disagreement(tensor) }
    return integers
  }

  private func disagreement(_ tensor: Tensor) -> ONNXError {
    ONNXError("'\(tensor.name)' does not have as many values as its shape says")
  }
}
