import Kernels

extension ProgramBuilder {
  mutating func lowerLocalResponse(_ group: FusedGroup, _ response: LocalResponse) {
    let index = group.first
    let channels = layers[index].output.channels
    let (source, output) = (inputTensor(of: index), outputTensor(group))
    let floats = context.kernels.localResponseScratch(channels: channels, radius: response.radius)
    let scratch = scratch("\(layers[index].name)/scratch", floats: floats * context.pool.count)
    setOutput(output, of: group)
    let nonTemporal = context.storesNonTemporally(output.count, channels: channels)
    emit(index, .forward, as: .localResponse, reads: [source], writes: [output, scratch]) { [context] in
      nonisolated(unsafe) let (x, y, scratch) = (source.floats, output.floats, scratch.floats)
      context.pool.run { worker in
        let pixels = context.pool.share(of: output.count / channels, worker: worker)
        context.kernels.localResponse(
          x + pixels.lowerBound * channels, into: y + pixels.lowerBound * channels, pixels: pixels.count,
          channels: channels, response, scratch: scratch + worker * floats,
          nonTemporal: nonTemporal)
      }
    }
  }

  mutating func lowerLocalResponseGradient(_ index: Int, _ gradient: Gradient, _ response: LocalResponse) {
    guard let below = layers[index].inputs[0] else { return }
    let channels = layers[index].output.channels
    let (source, dy) = (inputTensor(of: index), gradient.tensor)
    let dx = gradientTensor(below)
    let floats = context.kernels.localResponseScratch(channels: channels, radius: response.radius)
    let scratch = scratch("\(layers[index].name)/scratch", floats: floats * context.pool.count)
    let nonTemporal = context.storesNonTemporally(dx.count, channels: channels)
    emit(index, .inputGradient, as: .localResponse, reads: [source, dy], writes: [dx, scratch]) { [context] in
      nonisolated(unsafe) let (x, dy, dx, scratch) = (source.floats, dy.floats, dx.floats, scratch.floats)
      context.pool.run { worker in
        let pixels = context.pool.share(of: source.count / channels, worker: worker)
        let first = pixels.lowerBound * channels
        context.kernels.localResponseGradient(
          dy + first, input: x + first, into: dx + first, pixels: pixels.count, channels: channels, response,
          scratch: scratch + worker * floats,
          nonTemporal: nonTemporal)
      }
    }
    contribute(Gradient(tensor: dx), to: below, from: index)
  }
}
