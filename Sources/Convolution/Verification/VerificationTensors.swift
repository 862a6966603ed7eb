import Tensors
import Terms

/// Random tensors for one request in guarded memory, and what the reference makes of them.
struct VerificationTensors: @unchecked Sendable {
  let request: ConvolutionRequest
  let layout: ResultLayout
  let operands: ConvolutionOperands
  /// The tensor that the plan writes.
  let result: GuardedFloats
  let biasGradient: GuardedFloats
  /// The root mean square of what is summed for an element of the result; see `RelativeError.Sums`.
  let deviation: Double
  let reference: Reference
  /// Written by a forward plan that fuses a pool.
  let argmax: UnsafeMutablePointer<UInt8>?
  let reluMask: GuardedFloats?
  /// The output gradient at its full size; nil forward.
  let gradient: UnsafePointer<Float>?
  private let tensors: [Named]
  private let owned: FloatBuffer?

  private struct Named {
    let name: String
    let floats: GuardedFloats
    var isWritten = false
  }

  init(_ request: ConvolutionRequest, seed: UInt64) throws(AllocationError) {
    let (problem, direction) = (request.problem, request.direction)
    let pooled = request.fusions.contains(.maxPool)
    let pooledShape = ImageShape(
      height: problem.output.height / 2, width: problem.output.width / 2, channels: problem.outputChannels)
    let pooledCount = problem.batch * pooledShape.count
    func random(_ name: String, _ count: Int, _ deviation: Double = 1) throws(AllocationError) -> GuardedFloats {
      let floats = try GuardedFloats(count)
      var random = Random(seed: seed, stream: name)
      let limit = Float((3 * deviation * deviation).squareRoot())
      random.fillUniform(floats.base, count: count, in: -limit...limit)
      return floats
    }
    let filterDeviation = 1 / Double(problem.terms(.forward)).squareRoot()
    let input = try random("input", problem.inputCount)
    let filter = try random("filter", problem.filterCount, filterDeviation)
    let output = try random("output", pooled ? pooledCount : problem.outputCount)
    let bias = try random("bias", problem.outputChannels, 0.1)
    let residual = try random("residual", request.epilogue.residual ? problem.outputCount : 1)
    biasGradient = try GuardedFloats(problem.outputChannels)

    var operands = ConvolutionOperands(input: input.base, filter: filter.base, output: output.base)
    if request.epilogue.bias { operands.bias = UnsafePointer(bias.base) }
    if request.epilogue.residual { operands.residual = UnsafePointer(residual.base) }
    if request.fusions.contains(.biasGradient) { operands.biasGradient = biasGradient.base }
    var dense = operands
    let indices = try GuardedFloats((pooledCount + 3) / 4)
    let bytes = UnsafeMutableRawPointer(indices.base).assumingMemoryBound(to: UInt8.self)
    var owned: FloatBuffer?
    if pooled {
      operands.argmax = bytes
      if direction != .forward {
        var random = Random(seed: seed, stream: "argmax")
        for index in 0..<pooledCount { bytes[index] = UInt8(random.next() % 5) }
        let expanded = try FloatBuffer(count: problem.outputCount)
        expand(output.base, argmax: bytes, pooledShape, into: expanded, problem.output, batch: problem.batch)
        dense.output = expanded.base
        owned = expanded
      }
    }
    var reluMask: GuardedFloats?
    if request.fusions.contains(.reluBackward) {
      let values = try random("ReLU mask", problem.inputCount)
      operands.reluMask = UnsafePointer(values.base)
      reluMask = values
    }
    self.request = request
    self.operands = operands
    self.reluMask = reluMask
    self.owned = owned
    layout = ResultLayout(request)
    argmax = pooled && direction == .forward ? bytes : nil
    gradient = direction == .forward ? nil : UnsafePointer(dense.output)
    result =
      switch direction {
      case .forward: output
      case .inputGradient: input
      case .filterGradient: filter
      }
    reference = Reference(problem: problem, operands: dense)
    var squares = Double(problem.products(direction))
    if direction != .filterGradient { squares *= filterDeviation * filterDeviation }
    if request.epilogue.residual { squares += 1 }
    deviation = squares.squareRoot()
    let (isForward, isFilter) = (direction == .forward, direction == .filterGradient)
    let isInput = direction == .inputGradient
    tensors =
      [
        Named(name: isInput ? "input gradient" : "input", floats: input, isWritten: isInput),
        Named(name: isFilter ? "filter gradient" : "filter", floats: filter, isWritten: isFilter),
        Named(name: isForward ? "output" : "output gradient", floats: output, isWritten: isForward),
        Named(name: "bias", floats: bias), Named(name: "residual", floats: residual),
        Named(name: "pooling indices", floats: indices, isWritten: argmax != nil),
        Named(name: "bias gradient", floats: biasGradient, isWritten: true),
      ] + (reluMask.map { [Named(name: "ReLU mask", floats: $0)] } ?? [])
  }

  /// The name of the tensor that the plan writes.
  var resultName: String { tensors.first(where: \.isWritten)!.name }

  /// Fills what the plan is to write with what no plan writes, then runs `body` with everything else protected.
  func poisonedAndProtected(_ body: () -> Void) {
    result.fill(ResultTally.poison)
    biasGradient.fill(.nan)
    argmax?.update(repeating: 77, count: layout.count)
    protect()
    body()
    unprotect()
  }

  /// Protects what is only read.
  func protect() { for tensor in tensors where !tensor.isWritten { tensor.floats.protect() } }
  func unprotect() { for tensor in tensors where !tensor.isWritten { tensor.floats.unprotect() } }

  /// Every access that the plan was not to make.
  func takeTrespasses() -> [String] { tensors.compactMap { $0.floats.takeTrespass()?.sentence($0.name) } }

  /// Whether every pooling index was written.
  var areIndicesWritten: Bool {
    guard let argmax else { return true }
    return (0..<layout.count).allSatisfy { argmax[$0] <= 4 }
  }
}

/// The full-size gradient behind a 2x2 max pool: each window's value at its argmax, zero elsewhere.
private func expand(
  _ pooled: UnsafePointer<Float>, argmax: UnsafePointer<UInt8>, _ pooledShape: ImageShape, into dense: FloatBuffer,
  _ shape: ImageShape, batch: Int
) {
  for index in 0..<(batch * pooledShape.count) where argmax[index] < 4 {
    let (pixel, channel) = index.quotientAndRemainder(dividingBy: shape.channels)
    let (row, x) = pixel.quotientAndRemainder(dividingBy: pooledShape.width)
    let (image, y) = row.quotientAndRemainder(dividingBy: pooledShape.height)
    let corner = Int(argmax[index])
    let line = image * shape.height + 2 * y + corner / 2
    dense.base[(line * shape.width + 2 * x + corner % 2) * shape.channels + channel] = pooled[index]
  }
}
