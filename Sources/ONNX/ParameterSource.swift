import Networks

/// Where the values of a parameter come from, and how they become the suite's.
struct ParameterSource: Sendable {
  let tensor: ONNXModel.Tensor
  var conversion: Conversion
  /// What values are multiplied by, as Gemm does it.
  var scale: Float = 1
  /// What is added to them.
  var offset: Float = 0

  enum Conversion: Sendable {
    case none
    /// [K, C / groups, R, S] to [R, S, C / groups, K].
    case filter
    /// [in, out], or else [out, in], to [in, out]. Where `in` is an image of so many channels and pixels, the file
    /// counts channels before pixels and the suite behind them.
    case matrix(isTransposed: Bool, channels: Int, pixels: Int)
  }

  /// - Throws: `ONNXError` where the values do not fit the parameter
  func values(of parameter: Parameter, in model: ONNXModel) throws(ONNXError) -> [Float] {
    guard tensor.count == parameter.count else {
      throw ONNXError(
        "'\(tensor.name)' has the shape \(tensor.shape), and '\(parameter.name)' has \(parameter.shape); leave out "
          + "--image-size")
    }
    let floats = try model.floats(tensor)
    var values =
      switch conversion {
      case .none: floats
      case .filter: Self.filter(floats, tensor.shape)
      case .matrix(let isTransposed, let channels, let pixels):
        Self.matrix(floats, tensor.shape, isTransposed, channels, pixels)
      }
    if scale != 1 || offset != 0 { for index in values.indices { values[index] = values[index] * scale + offset } }
    return values
  }

  private static func filter(_ floats: [Float], _ shape: [Int]) -> [Float] {
    let (outputs, channels, taps) = (shape[0], shape[1], shape[2] * shape[3])
    var result = [Float](repeating: 0, count: floats.count)
    for output in 0..<outputs {
      for channel in 0..<channels {
        for tap in 0..<taps {
          result[(tap * channels + channel) * outputs + output] = floats[(output * channels + channel) * taps + tap]
        }
      }
    }
    return result
  }

  private static func matrix(
    _ floats: [Float], _ shape: [Int], _ isTransposed: Bool, _ channels: Int, _ pixels: Int
  ) -> [Float] {
    let (inputs, outputs) = isTransposed ? (shape[1], shape[0]) : (shape[0], shape[1])
    var result = [Float](repeating: 0, count: floats.count)
    for input in 0..<inputs {
      let row = (input % pixels) * channels + input / pixels
      for output in 0..<outputs {
        result[row * outputs + output] = floats[isTransposed ? output * inputs + input : input * outputs + output]
      }
    }
    return result
  }
}
