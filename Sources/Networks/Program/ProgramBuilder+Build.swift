import Convolution
import Terms

extension Program {
  /// Plans `layers` for one pass.
  ///
  /// - Parameters:
  ///   - dropsOut: whether dropout takes effect in passes with gradients; off for comparisons with other frameworks,
  ///     whose random masks differ
  ///   - seed: of the dropout masks
  ///   - loss: of passes with gradients
  ///   - lossShare: what the loss is multiplied by: 1 / n where n programs add up their gradients to the average
  ///   - caches: what decides whether a layer takes the batch in micro-batches
  /// - Throws: `NetworkError.strict` where the choice of back ends does not cover a convolution.
  package convenience init(
    _ layers: [Layer], pass: Pass, batch: Int, choice: BackendChoice, in context: ExecutionContext,
    dropsOut: Bool = true, seed: UInt64 = 0, loss: Loss = .l2, lossShare: Float = 1,
    caches: CacheSizes = .current
  ) throws(NetworkError) {
    let groups = try FusionPass.groups(
      layers, pass: pass, batch: batch, choice: choice, in: context, caches: caches, dropsOut: dropsOut)
    var builder = ProgramBuilder(
      layers: layers, groups: groups, pass: pass, batch: batch, context: context, seed: seed)
    for group in groups { builder.lowerForward(group) }
    let logits = Tensor("logits", count: batch * layers.last!.output.count, .persistent)
    builder.copyLogits(to: logits)
    var (probabilities, labelledLoss): (Tensor?, LabelledLoss?) = (nil, nil)
    if pass.hasGradients {
      switch loss {
      case .l2: builder.lowerLoss(logits, share: lossShare)
      case .softmaxCrossEntropy:
        labelledLoss = LabelledLoss(batch: batch)
        builder.lowerLoss(logits, with: labelledLoss!, share: lossShare)
      }
      for group in groups.reversed() { builder.lowerBackward(group) }
      if pass == .train, labelledLoss == nil { builder.lowerUpdate() }
    } else {
      probabilities = builder.lowerSoftmax(logits)
    }
    self.init(
      builder, input: builder.input, logits: logits, probabilities: probabilities, labelledLoss: labelledLoss)
  }
}

extension ProgramBuilder {
  /// Emits the operations that compute a group's output.
  fileprivate mutating func lowerForward(_ group: FusedGroup) {
    if let chain = group.chain { return lowerChain(group, chain) }
    if let plan = group.expansion { return lowerExpansion(group, plan) }
    switch layers[group.first].kind {
    case .convolution, .fullyConnected: lowerConvolution(group)
    case .maxPool(let pool): lowerMaxPool(group, pool)
    case .averagePool(let pool): lowerAveragePool(group, pool)
    case .globalAveragePool: lowerGlobalAveragePool(group)
    case .localResponse(let response): lowerLocalResponse(group, response)
    case .batchNormalization: lowerBatchNormalization(group)
    case .add(let activation): lowerAdd(group, activation)
    case .activation(let activation): lowerActivation(group, activation)
    case .concatenation: lowerConcatenation(group)
    case .dropout(let keep): lowerDropout(group, keep: keep)
    }
  }

  /// Emits the operations that turn the gradient of a group's output into those of its parameters and inputs.
  fileprivate mutating func lowerBackward(_ group: FusedGroup) {
    // The gradient of a layer that nothing reads is zero.
    guard let gradient = outputGradients[group.last] else { return }
    if let plan = group.expansion { return lowerExpansionGradients(group, plan, gradient) }
    switch layers[group.first].kind {
    case .convolution, .fullyConnected: lowerConvolutionGradients(group, gradient)
    case .maxPool(let pool): lowerMaxPoolGradient(group, gradient, pool)
    case .averagePool(let pool): lowerAveragePoolGradient(group.first, gradient, pool)
    case .globalAveragePool: lowerGlobalAveragePoolGradient(group.first, gradient)
    case .localResponse(let response): lowerLocalResponseGradient(group.first, gradient, response)
    case .batchNormalization: lowerBatchNormalizationGradient(group, gradient)
    case .add: lowerAddGradient(group.first, gradient)
    case .activation: lowerActivationGradient(group.first, gradient)
    case .concatenation: lowerConcatenationGradient(group.first, gradient)
    case .dropout(let keep): lowerDropoutGradient(group.first, gradient, keep: keep)
    }
  }
}
