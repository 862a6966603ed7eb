import Convolution
import Tensors

/// A batch norm that is folded into the 1x1 convolution before it: what its step makes of the input's moments.
/// `PointwiseMoments` has the formulas.
struct MomentState {
  /// [channels], of the convolution's input.
  let mean: Tensor
  /// [channels, outputs]: the input's covariance times the filter.
  let product: Tensor
  /// [channels, outputs]: the filter times gamma / deviation.
  let folded: Tensor
  /// [outputs]: the mean of the convolution's output, which is not computed.
  let outputMean: Tensor
  /// [outputs]: 1 / sqrt(variance + epsilon).
  let inverseDeviation: Tensor
  /// [outputs]: gamma / deviation, and what the folded convolution adds.
  let scale: Tensor
  let shift: Tensor

  init(_ name: String, channels: Int, outputs: Int) {
    func tensor(_ suffix: String, _ count: Int) -> Tensor { Tensor("\(name)/\(suffix)", count: count, .transient) }
    mean = tensor("input_mean", channels)
    product = tensor("covariance_product", channels * outputs)
    folded = tensor("folded_weights", channels * outputs)
    outputMean = tensor("mean", outputs)
    inverseDeviation = tensor("inverse_deviation", outputs)
    scale = tensor("scale", outputs)
    shift = tensor("shift", outputs)
  }

  var channels: Int { mean.count }
  var outputs: Int { scale.count }
  var written: [Tensor] { [product, folded, outputMean, inverseDeviation, scale, shift] }
}

extension ProgramBuilder {
  /// Weights and bias of a 1x1 convolution with the batch norm by this batch's statistics folded in.
  mutating func foldBatchStatistics(_ group: FusedGroup, _ moments: PointwiseMoments) -> (weights: Tensor, bias: Tensor)
  {
    let convolution = group.convolutions[0]
    let prefix = convolution.normalization!
    let state = MomentState(convolution.name, channels: moments.channels, outputs: moments.outputs)
    saved[group.first] = .moments(state)
    let covariance = emitCovariance(group, moments, state)
    let names = ["gamma", "beta"] + (pass == .train ? ["moving_mean", "moving_variance"] : [])
    let parameters = [parameter("\(convolution.name)/weights")] + names.map { parameter("\(prefix)/\($0)") }
    let moving = Array(parameters.dropFirst(3))
    let workspace = Tensor("\(convolution.name)/workspace", byteCount: moments.workspaceBytes, .transient)
    emit(
      group.name, .forward, .batch, as: .statistics, reads: parameters + [state.mean, covariance],
      writes: state.written + moving + [workspace]
    ) { [context] _ in
      moments.multiply(
        covariance: covariance.floats, filter: parameters[0].floats, into: state.product.floats,
        workspace: workspace.address)
      context.pool.split(state.outputs, grain: MomentState.grain) { range in
        for output in range {
          let (mean, variance) = state.fold(
            output, weights: parameters[0].floats, gamma: parameters[1].floats[output],
            beta: parameters[2].floats[output])
          for (tensor, value) in zip(moving, [mean, variance]) {
            tensor.floats[output] = NormalizationState.moved(tensor.floats[output], to: value)
          }
        }
      }
    }
    return (state.folded, state.shift)
  }

  private mutating func emitCovariance(
    _ group: FusedGroup, _ moments: PointwiseMoments, _ state: MomentState
  ) -> Tensor {
    let plan = moments.covariance
    let source = inputTensor(of: group.first)
    let covariance = scratch("\(group.name)/covariance", floats: plan.columns * plan.columns)
    let workspace = Tensor("\(group.name)/workspace", byteCount: plan.workspaceBytes, .transient)
    emit(
      group.name, .forward, .batch, as: .statistics, work: [.statistics: plan.work], reads: [source],
      writes: [state.mean, covariance, workspace]
    ) { _ in
      plan.run(source.floats, mean: state.mean.floats, covariance: covariance.floats, workspace: workspace.address)
    }
    return covariance
  }
}

extension MomentState {
  /// Outputs whose columns of the filter share a cache line.
  static let grain = 16

  /// Folds the norm into one column of the filter.
  ///
  /// - Returns: mean and biased variance of the output that is not computed
  fileprivate func fold(
    _ output: Int, weights: UnsafePointer<Float>, gamma: Float, beta: Float
  ) -> (mean: Double, variance: Double) {
    var (mean, variance) = (0.0, 0.0)
    for channel in 0..<channels {
      let weight = Double(weights[channel * outputs + output])
      mean += Double(self.mean.floats[channel]) * weight
      variance += Double(product.floats[channel * outputs + output]) * weight
    }
    // Rounding may leave a constant channel slightly below zero.
    variance = max(variance, 0)
    let inverse = 1 / (variance + Double(NormalizationState.epsilon)).squareRoot()
    let scale = Double(gamma) * inverse
    var foldedMean = 0.0
    for channel in 0..<channels {
      let index = channel * outputs + output
      folded.floats[index] = Float(Double(weights[index]) * scale)
      // The filter as it is rounded, so that the mean comes out as beta.
      foldedMean += Double(self.mean.floats[channel]) * Double(folded.floats[index])
    }
    outputMean.floats[output] = Float(mean)
    inverseDeviation.floats[output] = Float(inverse)
    self.scale.floats[output] = Float(scale)
    shift.floats[output] = Float(Double(beta) - foldedMean)
    return (mean, variance)
  }
}
