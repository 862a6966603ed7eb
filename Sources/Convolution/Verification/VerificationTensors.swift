import Tensors

/// Random tensors for one request, and what the reference makes of them.
struct VerificationTensors: @unchecked Sendable {
  let request: ConvolutionRequest
  let operands: ConvolutionOperands
  /// The tensor that the plan writes.
  let result: FloatBuffer
  let biasGradient: FloatBuffer
  private let reference: Reference
  /// Written by a forward plan that fuses a pool.
  private let argmax: UnsafeMutablePointer<UInt8>?
  private let pooledCount: Int
  private let reluMask: FloatBuffer?
  private let gradient: FloatBuffer?
  private let owned: [FloatBuffer]

  init(_ request: ConvolutionRequest, seed: UInt64) throws(AllocationError) {
    let problem = request.problem
    let pooled = request.fusions.contains(.maxPool)
    let pooledShape = ImageShape(
      height: problem.output.height / 2, width: problem.output.width / 2, channels: problem.outputChannels)
    let pooledCount = problem.batch * pooledShape.count
    func random(_ name: String, _ count: Int, _ deviation: Double = 1) throws(AllocationError) -> FloatBuffer {
      let buffer = try FloatBuffer(count: count)
      var random = Random(seed: seed, stream: name)
      let limit = Float((3 * deviation * deviation).squareRoot())
      random.fillUniform(buffer.base, count: count, in: -limit...limit)
      return buffer
    }
    let fanIn = Double(problem.kernel.height * problem.kernel.width * problem.channelsPerGroup)
    let input = try random("input", problem.inputCount)
    let filter = try random("filter", problem.filterCount, 1 / fanIn.squareRoot())
    let output = try random("output", pooled ? pooledCount : problem.outputCount)
    let bias = try random("bias", problem.outputChannels, 0.1)
    let residual = try random("residual", request.epilogue.residual ? problem.outputCount : 1)
    biasGradient = try FloatBuffer(count: problem.outputChannels)

    var operands = ConvolutionOperands(input: input.base, filter: filter.base, output: output.base)
    if request.epilogue.bias { operands.bias = UnsafePointer(bias.base) }
    if request.epilogue.residual { operands.residual = UnsafePointer(residual.base) }
    if request.fusions.contains(.biasGradient) { operands.biasGradient = biasGradient.base }
    var dense = operands
    let argmaxBytes = try FloatBuffer(count: pooledCount / 4 + 1)
    let bytes = UnsafeMutableRawPointer(argmaxBytes.base).assumingMemoryBound(to: UInt8.self)
    var gradient: FloatBuffer? = request.direction == .forward ? nil : output
    if pooled {
      operands.argmax = bytes
      if request.direction != .forward {
        var random = Random(seed: seed, stream: "argmax")
        for index in 0..<pooledCount { bytes[index] = UInt8(random.next() % 5) }
        let expanded = try FloatBuffer(count: problem.outputCount)
        expand(output, argmax: bytes, pooledShape, into: expanded, problem.output, batch: problem.batch)
        dense.output = expanded.base
        gradient = expanded
      }
    }
    var reluMask: FloatBuffer?
    if request.fusions.contains(.reluBackward) {
      let values = try random("reluMask", problem.inputCount)
      operands.reluMask = UnsafePointer(values.base)
      reluMask = values
    }
    self.request = request
    self.operands = operands
    argmax = pooled && request.direction == .forward ? bytes : nil
    self.pooledCount = pooledCount
    self.reluMask = reluMask
    self.gradient = gradient
    result =
      switch request.direction {
      case .forward: output
      case .inputGradient: input
      case .filterGradient: filter
      }
    reference = Reference(problem: problem, operands: dense)
    owned = [input, filter, output, bias, residual, argmaxBytes] + [gradient, reluMask].compactMap(\.self)
  }

  /// Fills what the plan is to write with what no plan writes.
  func poison() {
    result.fill(.nan)
    biasGradient.fill(.nan)
    argmax?.update(repeating: 77, count: pooledCount)
  }

  /// Whether nothing of that poison is left in the result.
  var isWritten: Bool {
    guard !result.buffer.contains(where: \.isNaN) else { return false }
    guard let argmax else { return true }
    return (0..<pooledCount).allSatisfy { argmax[$0] <= 4 }
  }

  /// The expected value of an element of the result.
  struct Expected {
    let value: Double
    /// Behind a fused pool: what the plan's argmax says that it is. Where it names the right one, nearly the same.
    var won: Float?
  }

  func expected(_ index: Int) -> Expected {
    if let argmax { return expectedPooled(index, argmax: argmax[index]) }
    let value = reference.element(index, of: request.direction, epilogue: request.epilogue)
    if let reluMask { return Expected(value: reluMask.base[index] > 0 ? value : 0) }
    return Expected(value: value)
  }

  /// Equals may take each other's place, and the window may be as good as closed: so the argmax is judged by the value
  /// that it names, before the ReLU, where a closed window's are negative.
  private func expectedPooled(_ index: Int, argmax: UInt8) -> Expected {
    let window = window(index)
    let won = argmax < 4 ? window[Int(argmax)] : argmax == 4 ? 0 : .nan
    return Expected(value: max(window.max()!, 0), won: Float(won))
  }

  /// The four values under a pooled one, before the ReLU.
  private func window(_ index: Int) -> [Double] {
    let shape = request.problem.output
    var epilogue = request.epilogue
    epilogue.activation = .none
    let (pooledHeight, pooledWidth) = (shape.height / 2, shape.width / 2)
    let (pixel, channel) = index.quotientAndRemainder(dividingBy: shape.channels)
    let (row, x) = pixel.quotientAndRemainder(dividingBy: pooledWidth)
    let (image, y) = row.quotientAndRemainder(dividingBy: pooledHeight)
    return (0..<4).map { corner in
      let line = image * shape.height + 2 * y + corner / 2
      return reference.element(
        (line * shape.width + 2 * x + corner % 2) * shape.channels + channel, of: .forward, epilogue: epilogue)
    }
  }

  /// Distance of the written bias gradient from the sum of the output gradient in double.
  var biasGradientError: RelativeError {
    let channels = request.problem.outputChannels
    var sums = [Double](repeating: 0, count: channels)
    if let gradient {
      for index in 0..<gradient.count { sums[index % channels] += Double(gradient.base[index]) }
    }
    return RelativeError(of: biasGradient.values, from: sums)
  }
}

/// The full-size gradient behind a 2x2 max pool: each window's value at its argmax, zero elsewhere.
private func expand(
  _ pooled: FloatBuffer, argmax: UnsafePointer<UInt8>, _ pooledShape: ImageShape, into dense: FloatBuffer,
  _ shape: ImageShape, batch: Int
) {
  for index in 0..<(batch * pooledShape.count) where argmax[index] < 4 {
    let (pixel, channel) = index.quotientAndRemainder(dividingBy: shape.channels)
    let (row, x) = pixel.quotientAndRemainder(dividingBy: pooledShape.width)
    let (image, y) = row.quotientAndRemainder(dividingBy: pooledShape.height)
    let corner = Int(argmax[index])
    let line = image * shape.height + 2 * y + corner / 2
    dense.base[(line * shape.width + 2 * x + corner % 2) * shape.channels + channel] = pooled.base[index]
  }
}

extension RelativeError {
  /// The larger of both norms; NaN wins.
  func worse(than other: RelativeError) -> RelativeError {
    func larger(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : Swift.max(a, b) }
    return RelativeError(max: larger(max, other.max), relativeL2: larger(relativeL2, other.relativeL2))
  }

  static let unwritten = RelativeError(max: .nan, relativeL2: .nan)
}
