import Convolution
import Kernels
import Tensors
import Terms

/// Batch norm's channel vectors of one step; y = activation(x * scale + shift).
struct NormalizationState {
  static let epsilon: Float = 1e-5
  /// Share of the old value in the moving statistics.
  static let momentum: Float = 0.9

  /// The prefix of its parameters' names.
  let prefix: String
  let activation: Activation
  let mean: Tensor
  /// 1 / sqrt(variance + epsilon).
  let inverseDeviation: Tensor
  let scale: Tensor
  let shift: Tensor
  /// Images that the norm's output holds.
  let outputImages: Int

  init(_ name: String, prefix: String, channels: Int, activation: Activation, outputImages: Int) {
    self.prefix = prefix
    self.activation = activation
    self.outputImages = outputImages
    func vector(_ suffix: String) -> Tensor { Tensor("\(name)/\(suffix)", count: channels, .transient) }
    mean = vector("mean")
    inverseDeviation = vector("inverse_deviation")
    scale = vector("scale")
    shift = vector("shift")
  }

  var tensors: [Tensor] { [mean, inverseDeviation, scale, shift] }

  /// The vectors that the kernels read.
  var read: [Tensor] { [mean, scale, shift] }
  var normalization: ChannelNormalization {
    ChannelNormalization(
      channels: mean.count, mean: mean.floats, scale: scale.floats, shift: shift.floats, floor: activation.floor,
      ceiling: activation.ceiling)
  }
}

extension ProgramBuilder {
  /// Source: Ioffe & Szegedy 2015, Batch Normalization; the variance that normalises is the biased one.
  mutating func lowerBatchNormalization(_ group: FusedGroup) {
    let index = group.first
    let layer = layers[index]
    guard case .batchNormalization(let prefix, let activation) = layer.kind else { return }
    let source = inputTensor(of: index)
    let state = NormalizationState(
      layer.name, prefix: prefix, channels: layer.output.channels, activation: activation,
      outputImages: group.outputImages)
    saved[index] = .normalization(state)
    if group.saved == .channelStatistics {
      emitBatchMoments(index, source, state)
    } else {
      emitMovingMoments(index, state)
    }
    setOutput(emitNormalized(index, .forward, state), of: group)
  }

  /// Computes a batch norm's output, for the whole batch or a micro-batch at a time: forward, or again in backward.
  mutating func emitNormalized(_ index: Int, _ phase: StepPhase, _ state: NormalizationState) -> Tensor {
    let layer = layers[index]
    let source = inputTensor(of: index)
    let output = outputTensor(index, images: state.outputImages)
    let channels = layer.output.channels
    let rows = layer.output.height * layer.output.width
    emit(index, phase, .any, as: .normalization, reads: [source] + state.read, writes: [output]) { [context] images in
      let first = images.lowerBound
      nonisolated(unsafe) let (x, y) = (source.floats(of: first), output.floats(of: first))
      nonisolated(unsafe) let normalization = state.normalization
      context.pool.split(images.count * rows) { rows in
        let first = rows.lowerBound * channels
        context.kernels.normalize(x + first, into: y + first, rows: rows.count, normalization)
      }
    }
    return output
  }

  /// A convolution's input for its filter gradient: computed again where it was not kept.
  mutating func filterInput(of convolution: FusedConvolution) -> Tensor {
    guard case .recomputed(let below) = convolution.filterInput, case .normalization(let state) = saved[below] else {
      return inputTensor(of: convolution.layer)
    }
    return emitNormalized(below, .filterGradient, state)
  }

  /// Statistics of this batch: moments of parts that stay in the cache, merged in double by the formula of Chan, Golub
  /// & LeVeque 1979.
  private mutating func emitBatchMoments(_ index: Int, _ source: Tensor, _ state: NormalizationState) {
    let channels = layers[index].output.channels
    let reduction = columnReduction(index)
    let means = scratch("\(layers[index].name)/part_means", floats: reduction.scratchFloats)
    let squares = scratch("\(layers[index].name)/part_squares", floats: reduction.scratchFloats)
    emit(index, .forward, .any, as: .statistics, reads: [source], writes: [means, squares]) { [context] images in
      nonisolated(unsafe) let (x, squareParts, meanParts) =
        (source.floats(of: images.lowerBound), squares.floats, means.floats)
      reduction.run(images, on: context.pool, scratch: meanParts) { rows, mean in
        context.kernels.moments(
          x + rows.lowerBound * channels, rows: rows.count, channels: channels, mean: mean,
          squaredDeviations: squareParts + (mean - meanParts))
      }
    }
    let (gamma, beta) = (parameter("\(state.prefix)/gamma"), parameter("\(state.prefix)/beta"))
    let moving =
      pass == .train ? ["moving_mean", "moving_variance"].map { parameter("\(state.prefix)/\($0)") } : []
    emit(
      index, .forward, as: .statistics, reads: [means, squares, gamma, beta] + moving, writes: state.tensors + moving
    ) {
      for c in 0..<channels {
        let (mean, variance) = reduction.mergedMoments(of: c, means: means.floats, squaredDeviations: squares.floats)
        state.set(c, mean: mean, variance: variance, gamma: gamma.floats[c], beta: beta.floats[c])
        for (tensor, value) in zip(moving, [mean, variance]) {
          tensor.floats[c] = NormalizationState.moved(tensor.floats[c], to: value)
        }
      }
    }
  }

  /// The reduction over all pixels of a layer's output, for the whole batch.
  func columnReduction(_ index: Int) -> ColumnReduction {
    let output = layers[index].output
    return ColumnReduction(rows: output.height * output.width, of: batch, columns: output.channels)
  }

  private mutating func emitMovingMoments(_ index: Int, _ state: NormalizationState) {
    let names = ["gamma", "beta", "moving_mean", "moving_variance"]
    let tensors = names.map { parameter("\(state.prefix)/\($0)") }
    let channels = layers[index].output.channels
    emit(index, .forward, as: .statistics, reads: tensors, writes: state.tensors) {
      for c in 0..<channels {
        state.set(
          c, mean: Double(tensors[2].floats[c]), variance: Double(tensors[3].floats[c]), gamma: tensors[0].floats[c],
          beta: tensors[1].floats[c])
      }
    }
  }
}

extension NormalizationState {
  /// A moving statistic after a step.
  static func moved(_ old: Float, to value: Double) -> Float { momentum * old + (1 - momentum) * Float(value) }

  fileprivate func set(_ c: Int, mean: Double, variance: Double, gamma: Float, beta: Float) {
    let inverse = 1 / (variance + Double(Self.epsilon)).squareRoot()
    self.mean.floats[c] = Float(mean)
    inverseDeviation.floats[c] = Float(inverse)
    scale.floats[c] = Float(Double(gamma) * inverse)
    shift.floats[c] = Float(Double(beta) - mean * Double(gamma) * inverse)
  }
}

extension ColumnReduction {
  /// Mean and biased variance of a column from the moments of its parts.
  fileprivate func mergedMoments(
    of column: Int, means: UnsafePointer<Float>, squaredDeviations: UnsafePointer<Float>
  ) -> (mean: Double, variance: Double) {
    var (count, mean, squares) = (0.0, 0.0, 0.0)
    for part in 0..<parts {
      let added = Double(rows(of: part).count)
      let delta = Double(means[part * columns + column]) - mean
      let total = count + added
      mean += delta * added / total
      squares += Double(squaredDeviations[part * columns + column]) + delta * delta * count * added / total
      count = total
    }
    return (mean, squares / count)
  }
}
