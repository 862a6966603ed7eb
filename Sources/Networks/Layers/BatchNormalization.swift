import Convolution
import Kernels
import Tensors

/// Batch norm's channel vectors of one step; y = activation(x * scale + shift).
struct NormalizationState {
  static let epsilon: Float = 1e-5
  /// Share of the old value in the moving statistics.
  static let momentum: Float = 0.9

  let mean: Tensor
  /// 1 / sqrt(variance + epsilon).
  let inverseDeviation: Tensor
  let scale: Tensor
  let shift: Tensor

  init(_ name: String, channels: Int) {
    func vector(_ suffix: String) -> Tensor { Tensor("\(name)/\(suffix)", count: channels, .transient) }
    mean = vector("mean")
    inverseDeviation = vector("inverse_deviation")
    scale = vector("scale")
    shift = vector("shift")
  }

  var tensors: [Tensor] { [mean, inverseDeviation, scale, shift] }
}

extension ProgramBuilder {
  /// Source: Ioffe & Szegedy 2015, Batch Normalization; the variance that normalises is the biased one.
  mutating func lowerBatchNormalization(_ index: Int) {
    let layer = layers[index]
    guard case .batchNormalization(let prefix, let activation) = layer.operation else { return }
    let (source, output) = (inputTensor(of: index), outputTensor(index))
    let state = NormalizationState(layer.name, channels: layer.output.channels)
    outputs[index] = output
    saved[index] = .normalization(state)
    if pass.hasGradients {
      emitBatchMoments(index, prefix, source, state)
    } else {
      emitMovingMoments(index, prefix, state)
    }
    let channels = layer.output.channels
    emit(index, .forward, reads: [source, state.scale, state.shift], writes: [output]) { [context] in
      nonisolated(unsafe) let (x, y, scale, shift) =
        (source.floats, output.floats, state.scale.floats, state.shift.floats)
      context.pool.split(output.count / channels) { rows in
        context.kernels.scaleAndShift(
          x + rows.lowerBound * channels, into: y + rows.lowerBound * channels, rows: rows.count, channels: channels,
          scale: scale, shift: shift, floor: activation.floor, ceiling: activation.ceiling)
      }
    }
  }

  /// Statistics of this batch: moments of parts that stay in the cache, merged in double by the formula of Chan, Golub
  /// & LeVeque 1979.
  private mutating func emitBatchMoments(
    _ index: Int, _ prefix: String, _ source: Tensor, _ state: NormalizationState
  ) {
    let channels = layers[index].output.channels
    let reduction = ColumnReduction(rows: source.count / channels, columns: channels)
    let means = scratch("\(layers[index].name)/part_means", floats: reduction.scratchFloats)
    let squares = scratch("\(layers[index].name)/part_squares", floats: reduction.scratchFloats)
    let (gamma, beta) = (parameter("\(prefix)/gamma"), parameter("\(prefix)/beta"))
    let moving =
      pass == .train ? [parameter("\(prefix)/moving_mean"), parameter("\(prefix)/moving_variance")] : []
    emit(
      index, .forward, reads: [source, gamma, beta] + moving, writes: state.tensors + [means, squares] + moving
    ) { [context] in
      nonisolated(unsafe) let (x, squareParts, meanParts) = (source.floats, squares.floats, means.floats)
      reduction.run(on: context.pool, scratch: means.floats) { rows, mean in
        context.kernels.moments(
          x + rows.lowerBound * channels, rows: rows.count, channels: channels, mean: mean,
          squaredDeviations: squareParts + (mean - meanParts))
      }
      for c in 0..<channels {
        let (mean, variance) = reduction.mergedMoments(of: c, means: meanParts, squaredDeviations: squareParts)
        state.set(c, mean: mean, variance: variance, gamma: gamma.floats[c], beta: beta.floats[c])
        for (tensor, value) in zip(moving, [mean, variance]) {
          let momentum = NormalizationState.momentum
          tensor.floats[c] = momentum * tensor.floats[c] + (1 - momentum) * Float(value)
        }
      }
    }
  }

  private mutating func emitMovingMoments(_ index: Int, _ prefix: String, _ state: NormalizationState) {
    let names = ["gamma", "beta", "moving_mean", "moving_variance"]
    let tensors = names.map { parameter("\(prefix)/\($0)") }
    let channels = layers[index].output.channels
    emit(index, .forward, reads: tensors, writes: state.tensors) {
      for c in 0..<channels {
        state.set(
          c, mean: Double(tensors[2].floats[c]), variance: Double(tensors[3].floats[c]), gamma: tensors[0].floats[c],
          beta: tensors[1].floats[c])
      }
    }
  }

  /// dx = scale * (g - mean(g) - xhat * mean(g * xhat)) with g the output gradient gated by the activation.
  mutating func lowerBatchNormalizationGradient(_ index: Int, _ gradient: Gradient) {
    let layer = layers[index]
    guard case .batchNormalization(let prefix, let activation) = layer.operation,
      case .normalization(let state) = saved[index], let below = layer.inputs[0]
    else { return }
    let channels = layer.output.channels
    let (source, dy) = (inputTensor(of: index), gradient.tensor)
    let reduction = ColumnReduction(rows: source.count / channels, columns: channels)
    let sums = scratch("\(layer.name)/gradient_sums", floats: reduction.scratchFloats)
    let products = scratch("\(layer.name)/gradient_products", floats: reduction.scratchFloats)
    let coefficients = scratch("\(layer.name)/gradient_coefficients", floats: 2 * channels)
    let (dGamma, dBeta) = (gradients["\(prefix)/gamma"]!, gradients["\(prefix)/beta"]!)
    emit(
      index, .filterGradient, reads: [source, dy] + state.tensors,
      writes: [dGamma, dBeta, sums, products, coefficients]
    ) { [context] in
      nonisolated(unsafe) let (x, dyValues, sumParts, productParts) =
        (source.floats, dy.floats, sums.floats, products.floats)
      nonisolated(unsafe) let (mean, scale, shift) = (state.mean.floats, state.scale.floats, state.shift.floats)
      reduction.run(on: context.pool, scratch: sumParts) { rows, sum in
        let first = rows.lowerBound * channels
        context.kernels.gradientMoments(
          dyValues + first, input: x + first, rows: rows.count, channels: channels, mean: mean, scale: scale,
          shift: shift, floor: activation.floor, ceiling: activation.ceiling, sum: sum,
          product: productParts + (sum - sumParts))
      }
      context.kernels.columnSums(sumParts, rows: reduction.parts, columns: channels, into: dBeta.floats)
      context.kernels.columnSums(productParts, rows: reduction.parts, columns: channels, into: dGamma.floats)
      for c in 0..<channels {
        let inverse = state.inverseDeviation.floats[c]
        dGamma.floats[c] *= inverse
        let scale = state.scale.floats[c] / Float(reduction.rows)
        coefficients.floats[c] = -scale * inverse * dGamma.floats[c]
        coefficients.floats[channels + c] = -scale * dBeta.floats[c]
      }
    }
    let dx = gradient.isShared ? Tensor("gradient/\(layers[below].name)", count: dy.count, .transient) : dy
    emit(index, .inputGradient, reads: [source, dy, coefficients] + state.tensors, writes: [dx]) { [context] in
      nonisolated(unsafe) let (x, dyValues, dxValues, slope) =
        (source.floats, dy.floats, dx.floats, coefficients.floats)
      nonisolated(unsafe) let (mean, scale, shift) = (state.mean.floats, state.scale.floats, state.shift.floats)
      context.pool.split(reduction.rows) { rows in
        let first = rows.lowerBound * channels
        context.kernels.batchNormalizationGradient(
          dyValues + first, input: x + first, into: dxValues + first, rows: rows.count, channels: channels, mean: mean,
          scale: scale, shift: shift, floor: activation.floor, ceiling: activation.ceiling, slope: slope,
          offset: slope + channels)
      }
    }
    contribute(Gradient(tensor: dx), to: below, from: index)
  }
}

extension NormalizationState {
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
