import Convolution
import Terms

extension Program {
  /// Plans `layers` for one pass.
  ///
  /// - Parameters:
  ///   - dropsOut: whether dropout takes effect in passes with gradients.
  ///   - seed: of the dropout masks.
  ///   - caches: what decides whether a layer takes the batch in micro-batches
  /// - Throws: `NetworkError.strict` where the choice of back ends does not cover a convolution.
  package convenience init(
    _ layers: [Layer], pass: Pass, batch: Int, choice: BackendChoice, in context: ExecutionContext,
    dropsOut: Bool = true, seed: UInt64 = 0, caches: CacheSizes = .current
  ) throws(NetworkError) {
    var builder = ProgramBuilder(
      layers: layers, pass: pass, batch: batch, choice: choice, context: context, dropsOut: dropsOut, seed: seed,
      caches: caches)
    for index in layers.indices where builder.outputs[index] == nil { try builder.lowerForward(index) }
    let logits = Tensor("logits", count: batch * layers.last!.output.count, .persistent)
    builder.copyLogits(to: logits)
    var probabilities: Tensor?
    if pass.hasGradients {
      builder.lowerLoss(logits)
      for index in layers.indices.reversed() { try builder.lowerBackward(index) }
      if pass == .train { builder.lowerUpdate() }
    } else {
      probabilities = builder.lowerSoftmax(logits)
    }
    self.init(builder, input: builder.input, logits: logits, probabilities: probabilities)
  }
}

extension ProgramBuilder {
  /// Emits the operations that compute a layer's output. A fused one may compute its reader's output as well.
  fileprivate mutating func lowerForward(_ index: Int) throws(NetworkError) {
    switch layers[index].kind {
    case .convolution, .fullyConnected:
      if try !lowerInvertedResidual(index) { try lowerConvolution(index) }
    case .maxPool(let pool): lowerMaxPool(index, pool)
    case .globalAveragePool: lowerAveragePool(index)
    case .localResponse(let response): lowerLocalResponse(index, response)
    case .batchNormalization: lowerBatchNormalization(index)
    case .add: lowerAdd(index)
    case .dropout(let keep): lowerDropout(index, keep: keep)
    }
  }

  /// Emits the operations that turn the gradient of a layer's output into those of its parameters and inputs.
  fileprivate mutating func lowerBackward(_ index: Int) throws(NetworkError) {
    // A fused layer has none: its reader's gradient went to the layer that computed both.
    guard let gradient = outputGradients[index] else { return }
    switch layers[index].kind {
    case .convolution, .fullyConnected: try lowerConvolutionGradients(index, gradient)
    case .maxPool(let pool): lowerMaxPoolGradient(index, gradient, pool)
    case .globalAveragePool: lowerAveragePoolGradient(index, gradient)
    case .localResponse(let response): lowerLocalResponseGradient(index, gradient, response)
    case .batchNormalization: lowerBatchNormalizationGradient(index, gradient)
    case .add: lowerAddGradient(index, gradient)
    case .dropout(let keep): lowerDropoutGradient(index, gradient, keep: keep)
    }
  }
}
