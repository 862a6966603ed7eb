import Kernels

extension ProgramBuilder {
  mutating func lowerMaxPool(_ group: FusedGroup, _ pool: PoolGeometry) {
    let index = group.first
    let (source, output) = (inputTensor(of: index), outputTensor(group))
    setOutput(output, of: group)
    let rows = batch * pool.outputHeight
    guard group.saved == .argmax else {
      emit(index, .forward, as: .pooling, reads: [source], writes: [output]) { [context] in
        nonisolated(unsafe) let (x, y) = (source.floats, output.floats)
        context.pool.split(rows) { context.kernels.maxPool(x, into: y, pool, rows: $0) }
      }
      return
    }
    let argmax = Tensor("\(layers[index].name)/argmax", byteCount: output.count, .transient)
    saved[index] = .argmax(argmax)
    emit(index, .forward, as: .pooling, reads: [source], writes: [output, argmax]) { [context] in
      nonisolated(unsafe) let (x, y, bytes) = (source.floats, output.floats, argmax.bytes)
      context.pool.split(rows) { context.kernels.maxPool(x, into: y, argmax: bytes, pool, rows: $0) }
    }
  }

  mutating func lowerMaxPoolGradient(_ group: FusedGroup, _ gradient: Gradient, _ pool: PoolGeometry) {
    let index = group.first
    guard let below = layers[index].inputs[0], case .argmax(let argmax) = saved[index] else { return }
    let dy = gradient.tensor
    let dx = gradientTensor(below)
    let rows = batch * pool.inputHeight
    let nonTemporal = context.storesNonTemporally(dx.count, channels: pool.channels)
    emit(index, .inputGradient, as: .pooling, reads: [dy, argmax], writes: [dx]) { [context] in
      nonisolated(unsafe) let (dy, bytes, dx) = (dy.floats, argmax.bytes, dx.floats)
      context.pool.split(rows) {
        context.kernels.maxPoolGradient(dy, argmax: bytes, into: dx, pool, rows: $0, nonTemporal: nonTemporal)
      }
    }
    contribute(Gradient(tensor: dx), to: below, from: index)
  }

  mutating func lowerAveragePool(_ group: FusedGroup, _ pool: AveragePool) {
    let (source, output) = (inputTensor(of: group.first), outputTensor(group))
    setOutput(output, of: group)
    let rows = batch * pool.windows.outputHeight
    emit(group.first, .forward, as: .averagePooling, reads: [source], writes: [output]) { [context] in
      nonisolated(unsafe) let (x, y) = (source.floats, output.floats)
      context.pool.split(rows) { context.kernels.averageWindows(x, into: y, pool, rows: $0) }
    }
  }

  mutating func lowerAveragePoolGradient(_ index: Int, _ gradient: Gradient, _ pool: AveragePool) {
    guard let below = layers[index].inputs[0] else { return }
    let (dy, dx) = (gradient.tensor, gradientTensor(below))
    let rows = batch * pool.windows.inputHeight
    emit(index, .inputGradient, as: .averagePooling, reads: [dy], writes: [dx]) { [context] in
      nonisolated(unsafe) let (dy, dx) = (dy.floats, dx.floats)
      context.pool.split(rows) { context.kernels.averageWindowsGradient(dy, into: dx, pool, rows: $0) }
    }
    contribute(Gradient(tensor: dx), to: below, from: index)
  }

  mutating func lowerGlobalAveragePool(_ group: FusedGroup) {
    let index = group.first
    let (source, output) = (inputTensor(of: index), outputTensor(group))
    setOutput(output, of: group)
    let average = ImageAverage(shape: layers[index].input, context: context)
    emit(index, .forward, as: .averagePooling, reads: [source], writes: [output]) { [batch] in
      average.forward(source.floats, into: output.floats, batch: batch)
    }
  }

  mutating func lowerGlobalAveragePoolGradient(_ index: Int, _ gradient: Gradient) {
    guard let below = layers[index].inputs[0] else { return }
    let average = ImageAverage(shape: layers[index].input, context: context)
    let dy = gradient.tensor
    let dx = gradientTensor(below)
    emit(index, .inputGradient, as: .averagePooling, reads: [dy], writes: [dx]) { [batch] in
      average.gradient(dy.floats, into: dx.floats, batch: batch)
    }
    contribute(Gradient(tensor: dx), to: below, from: index)
  }
}
