import Tensors

extension ProgramBuilder {
  /// Copies each input into its channels of the output.
  mutating func lowerConcatenation(_ group: FusedGroup) {
    let index = group.first
    let output = outputTensor(group)
    setOutput(output, of: group)
    let inputs = layers[index].inputs.indices.map { inputTensor(of: index, $0) }
    let slices = channelSlices(of: index)
    let (pixels, channels) = (layers[index].output.height * layers[index].output.width, layers[index].output.channels)
    emit(index, .forward, .any, as: .concatenation, reads: inputs, writes: [output]) { [context] images in
      nonisolated(unsafe) let y = output.floats(of: images.lowerBound)
      for (input, slice) in zip(inputs, slices) {
        nonisolated(unsafe) let x = input.floats(of: images.lowerBound)
        context.pool.split(images.count * pixels) { rows in
          context.kernels.copyRows(
            x + rows.lowerBound * slice.count, step: slice.count,
            into: y + (rows.lowerBound * channels + slice.lowerBound), step: channels, rows: rows.count,
            columns: slice.count)
        }
      }
    }
  }

  /// Each input gets its channels of the gradient, as a tensor of its own.
  mutating func lowerConcatenationGradient(_ index: Int, _ gradient: Gradient) {
    let dy = gradient.tensor
    let (pixels, channels) = (
      batch * layers[index].output.height * layers[index].output.width, layers[index].output.channels
    )
    for (source, slice) in zip(layers[index].inputs, channelSlices(of: index)) {
      guard let source else { continue }
      let dx = gradientTensor(source)
      emit(index, .inputGradient, as: .concatenation, reads: [dy], writes: [dx]) { [context] in
        nonisolated(unsafe) let (whole, part) = (dy.floats, dx.floats)
        context.pool.split(pixels) { rows in
          context.kernels.copyRows(
            whole + (rows.lowerBound * channels + slice.lowerBound), step: channels,
            into: part + rows.lowerBound * slice.count, step: slice.count, rows: rows.count, columns: slice.count)
        }
      }
      contribute(Gradient(tensor: dx), to: source, from: index)
    }
  }

  /// The channels of the output that each input has.
  private func channelSlices(of index: Int) -> [Range<Int>] {
    var end = 0
    return layers[index].inputs.map { source in
      let begin = end
      end += source.map { layers[$0].output.channels } ?? layers[0].input.channels
      return begin..<end
    }
  }
}
