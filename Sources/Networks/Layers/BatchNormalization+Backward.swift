import Kernels

extension ProgramBuilder {
  /// dx = scale * (g - mean(g) - xhat * mean(g * xhat)) with g the output gradient times the activation's mask.
  mutating func lowerBatchNormalizationGradient(_ group: FusedGroup, _ gradient: Gradient) {
    let index = group.first
    guard case .normalization(let state) = saved[index] else { return }
    let coefficients = emitGradientMoments(index, gradient.tensor, state)
    // Nobody asks for the gradient of the network's input.
    guard let below = layers[index].inputs[0] else { return }
    let dx = emitInputGradient(group, gradient, state, coefficients, below: below)
    contribute(Gradient(tensor: dx), to: below, from: index)
  }

  /// The sums over the batch, which are the parameters' gradients.
  ///
  /// - Returns: dx = scale * g + slope * (x - mean) + offset: [slope, offset][channels]
  private mutating func emitGradientMoments(_ index: Int, _ dy: Tensor, _ state: NormalizationState) -> Tensor {
    let layer = layers[index]
    let channels = layer.output.channels
    let source = inputTensor(of: index)
    let reduction = columnReduction(index)
    let sums = scratch("\(layer.name)/gradient_sums", floats: reduction.scratchFloats)
    let products = scratch("\(layer.name)/gradient_products", floats: reduction.scratchFloats)
    emit(index, .filterGradient, .any, as: .statistics, reads: [source, dy] + state.read, writes: [sums, products]) {
      [context] images in
      nonisolated(unsafe) let (x, dyValues) = (source.floats(of: images.lowerBound), dy.floats(of: images.lowerBound))
      nonisolated(unsafe) let (sumParts, productParts) = (sums.floats, products.floats)
      nonisolated(unsafe) let normalization = state.normalization
      reduction.run(images, on: context.pool, scratch: sumParts) { rows, sum in
        let first = rows.lowerBound * channels
        context.kernels.gradientMoments(
          dyValues + first, input: x + first, rows: rows.count, normalization, sum: sum,
          product: productParts + (sum - sumParts))
      }
    }
    let (dGamma, dBeta) = (gradients["\(state.prefix)/gamma"]!, gradients["\(state.prefix)/beta"]!)
    let coefficients = scratch("\(layer.name)/gradient_coefficients", floats: 2 * channels)
    emit(
      index, .filterGradient, as: .statistics, reads: [sums, products, state.scale, state.inverseDeviation],
      writes: [dGamma, dBeta, coefficients]
    ) { [context] in
      context.kernels.columnSums(sums.floats, rows: reduction.parts, columns: channels, into: dBeta.floats)
      context.kernels.columnSums(products.floats, rows: reduction.parts, columns: channels, into: dGamma.floats)
      for c in 0..<channels {
        let inverse = state.inverseDeviation.floats[c]
        dGamma.floats[c] *= inverse
        let scale = state.scale.floats[c] / Float(reduction.rows)
        coefficients.floats[c] = -scale * inverse * dGamma.floats[c]
        coefficients.floats[channels + c] = -scale * dBeta.floats[c]
      }
    }
    return coefficients
  }

  /// - Returns: dx
  private mutating func emitInputGradient(
    _ group: FusedGroup, _ gradient: Gradient, _ state: NormalizationState, _ coefficients: Tensor, below: Int
  ) -> Tensor {
    let index = group.first
    let layer = layers[index]
    let channels = layer.output.channels
    let rows = layer.output.height * layer.output.width
    let (source, dy) = (inputTensor(of: index), gradient.tensor)
    let dx =
      group.inputGradientImages.map { gradientTensor(below, images: $0) }
      ?? (gradient.isShared ? gradientTensor(below) : dy)
    emit(
      index, .inputGradient, .any, as: .normalization, reads: [source, dy, coefficients] + state.read, writes: [dx]
    ) { [context] images in
      let first = images.lowerBound
      nonisolated(unsafe) let (x, dyValues, dxValues, slope) =
        (source.floats(of: first), dy.floats(of: first), dx.floats(of: first), coefficients.floats)
      nonisolated(unsafe) let normalization = state.normalization
      context.pool.split(images.count * rows) { rows in
        let first = rows.lowerBound * channels
        context.kernels.normalizationGradient(
          dyValues + first, input: x + first, into: dxValues + first, rows: rows.count, normalization, slope: slope,
          offset: slope + channels)
      }
    }
    return dx
  }
}
