import Convolution
import Tensors
import Terms

/// What backward needs of a layer beyond its input and output.
enum SavedState {
  /// Which value of its window won, a byte for each pooled value.
  case argmax(Tensor)
  case dropout(DropoutMask)
  /// Batch norm's channel vectors.
  case normalization(NormalizationState)
}

extension ProgramBuilder {
  /// The layer's problem at this batch size.
  func problem(_ index: Int) -> ConvolutionProblem { layers[index].problem(batch: batch)! }

  /// Convolution or fully connected layer, with what follows it as far as a plan can do it on the way: in a forward
  /// pass batch norm, folded into the weights, and the sum of a residual block; in every pass a 2x2 max pool.
  mutating func lowerConvolution(_ index: Int) throws(NetworkError) {
    let layer = layers[index]
    let problem = problem(index)
    let folded = foldedConvolution(index)
    var last = folded.last
    let (weights, bias) = fold(index, folded)
    let residual = folded.residual.map { outputs[$0]! }
    let (backend, refusal) = try choice.assign(layer, problem, .forward)
    var fusions: Fusions = []
    var argmax: Tensor?
    if last == index, let pool = try fusablePool(index, backend) {
      fusions = .maxPool
      last = pool
      if pass.hasGradients {
        argmax = Tensor("\(layer.name)/argmax", byteCount: batch * layers[pool].output.count, .transient)
        saved[index] = .argmax(argmax!)
      }
    }
    let output = pass.hasGradients ? outputTensor(last) : foldedOutput(index, last: last)
    let source = inputTensor(of: index)
    // A fused pool's output stands for the convolution's: backward finds both in one.
    outputs[index] = output
    markFused(from: index, to: last, output: output)
    try emitPlan(
      index,
      ConvolutionRequest(
        problem, .forward, epilogue: folded.epilogue, fusions: fusions, filterIsConstant: !pass.hasGradients),
      backend, refusal: refusal,
      reads: [source, weights] + [bias, residual].compactMap(\.self),
      writes: [output] + [argmax].compactMap(\.self), weights: weights
    ) { image in
      var operands = ConvolutionOperands(
        input: source.floats(of: image), filter: weights.floats, output: output.floats(of: image))
      operands.bias = bias.map { UnsafePointer($0.floats) }
      operands.residual = residual.map { UnsafePointer($0.floats(of: image)) }
      operands.argmax = argmax?.bytes
      return operands
    }
  }

  /// What a convolution's plan computes besides, with nothing emitted yet.
  func foldedConvolution(_ index: Int) -> FoldedConvolution {
    let layer = layers[index]
    var folded = FoldedConvolution(last: index, activation: layer.activation)
    folded.hasBias = layer.parameters.contains { $0.role == .biases }
    guard !pass.hasGradients, layer.activation == .none else { return folded }
    if let reader = soleReader(of: index),
      case .batchNormalization(let prefix, let following) = layers[reader].kind
    {
      folded.normalization = prefix
      folded.activation = following
      folded.last = reader
    }
    if folded.activation == .none, let reader = soleReader(of: folded.last), case .add = layers[reader].kind,
      let other = layers[reader].inputs.first(where: { $0 != folded.last }), let other, other < index
    {
      folded.residual = other
      folded.last = reader
    }
    return folded
  }

  /// The weights and the bias of a convolution, its batch norm folded into them.
  mutating func fold(_ index: Int, _ folded: FoldedConvolution) -> (weights: Tensor, bias: Tensor?) {
    let name = layers[index].name
    let weights = parameter("\(name)/weights")
    let bias = folded.hasBias ? parameter("\(name)/biases") : nil
    guard let prefix = folded.normalization else { return (weights, bias) }
    return foldBatchNormalization(prefix, into: weights, bias: bias, problem: problem(index))
  }

  /// The layers behind a convolution, up to the last that it computes, need no operations of their own.
  mutating func markFused(from index: Int, to last: Int, output: Tensor) {
    var step = index
    while step != last, let reader = soleReader(of: step) {
      outputs[reader] = output
      step = reader
    }
  }

  /// The 2x2 max pool behind a ReLU convolution, where every direction that the pass needs can take it along. The fused
  /// pool knows complete windows only.
  private func fusablePool(
    _ index: Int, _ backend: any ConvolutionBackend
  ) throws(NetworkError) -> Int? {
    guard layers[index].activation == .relu, let reader = soleReader(of: index),
      case .maxPool(let pool) = layers[reader].kind, pool.size == 2, pool.stride == 2, !pool.overhangs
    else { return nil }
    let problem = problem(index)
    guard backend.fusions(problem, .forward).contains(.maxPool) else { return nil }
    guard pass.hasGradients else { return reader }
    for direction in gradientDirections(index) {
      let (backend, _) = try choice.assign(layers[index], problem, direction)
      guard backend.fusions(problem, direction).contains(.maxPool) else { return nil }
    }
    return reader
  }

  /// Filter gradient first: the input gradient may then be written over the activation that it read.
  func gradientDirections(_ index: Int) -> [Direction] {
    wantsInputGradient(index) ? [.filterGradient, .inputGradient] : [.filterGradient]
  }

  /// Makes a plan for the layer's micro-batch of the batch, gives it its memory and emits its operation. Constant weights
  /// are packed once, variable ones in every step.
  /// - Parameters:
  ///   - operands: of the micro-batch that begins with an image
  ///   - finish: what is to be done when that micro-batch has run
  mutating func emitPlan(
    _ index: Int, _ batchRequest: ConvolutionRequest, _ backend: any ConvolutionBackend, refusal: String?,
    reads: [Tensor], writes: [Tensor], weights: Tensor, operands: @escaping (Int) -> ConvolutionOperands,
    finish: @escaping (Int) -> Void = { _ in }
  ) throws(NetworkError) {
    var request = batchRequest
    request.problem.batch = microBatch(index)
    let plan = backend.plan(request, in: context)
    let layer = layers[index]
    let phase = StepPhase(request.direction)
    assignments.append(
      Assignment(
        layer: layer.name, isConvolution: layer.isConvolution, problem: batchRequest.problem, request: request,
        backend: backend.name, algorithm: plan.algorithm, refusal: refusal, workspaceBytes: plan.workspaceBytes))
    var packed: Tensor?
    if plan.packedFilterBytes > 0 {
      let constant = request.filterIsConstant
      let tensor = Tensor(
        "\(layer.name)/packed_filter", byteCount: plan.packedFilterBytes, constant ? .persistent : .transient)
      let preparation = Operation(layer.name, phase, .weights, reads: [weights], writes: [tensor]) { _ in
        plan.prepare(filter: weights.floats, into: tensor.address)
      }
      if constant { preparations.append(preparation) } else { operations.append(preparation) }
      packed = tensor
    }
    let workspace = Tensor("\(layer.name)/workspace", byteCount: max(plan.workspaceBytes, 64), .microBatch)
    emit(
      index, phase, isNormalized(index) ? .images(request.problem.batch) : .batch,
      reads: reads + [packed].compactMap(\.self), writes: writes + [workspace]
    ) { images in
      var operands = operands(images.lowerBound)
      operands.packedFilter = packed.map { UnsafeRawPointer($0.address) }
      plan.run(operands, workspace: workspace.address)
      finish(images.lowerBound)
    }
  }
}

/// A convolution and what its plan does on the way: in a forward pass batch norm, folded into the weights, and the sum
/// of a residual block.
struct FoldedConvolution {
  /// The layer whose output comes out.
  var last: Int
  var activation: Activation
  var hasBias = false
  /// Name of the batch norm's parameters.
  var normalization: String?
  /// The layer that is added.
  var residual: Int?

  var epilogue: Epilogue {
    Epilogue(bias: hasBias || normalization != nil, residual: residual != nil, activation: activation)
  }
}
