import Tensors

extension ProgramBuilder {
  /// In a forward pass, and where dropout is off, the output is the input.
  mutating func lowerDropout(_ group: FusedGroup, keep: Float) {
    let index = group.first
    let source = inputTensor(of: index)
    guard group.saved == .dropoutSeed else { return setOutput(source, of: group) }
    let output = outputTensor(group)
    setOutput(output, of: group)
    let mask = DropoutMask(random: Random(seed: seed, stream: layers[index].name))
    saved[index] = .dropout(mask)
    emit(index, .forward, as: .dropout, reads: [source], writes: [output]) { [context] in
      nonisolated(unsafe) let (x, y) = (source.floats, output.floats)
      mask.advance()
      context.pool.split(output.count, grain: 1024) {
        context.kernels.dropout(x, into: y, $0, seed: mask.seed, keep: keep)
      }
    }
  }

  mutating func lowerDropoutGradient(_ index: Int, _ gradient: Gradient, keep: Float) {
    guard let below = layers[index].inputs[0] else { return }
    guard case .dropout(let mask) = saved[index] else {
      contribute(gradient, to: below, from: index)
      return
    }
    let dy = gradient.tensor
    let dx = gradientTensor(below)
    emit(index, .inputGradient, as: .dropout, reads: [dy], writes: [dx]) { [context] in
      nonisolated(unsafe) let (source, result) = (dy.floats, dx.floats)
      context.pool.split(dy.count, grain: 1024) {
        context.kernels.dropout(source, into: result, $0, seed: mask.seed, keep: keep)
      }
    }
    contribute(Gradient(tensor: dx), to: below, from: index)
  }
}

/// A new random mask in every step, the same in a step's forward and backward pass: it is drawn again from the step's
/// seed rather than stored.
final class DropoutMask {
  private var seeds: Random
  private(set) var seed: UInt64 = 0

  init(random: Random) { seeds = random }

  func advance() { seed = seeds.next() }
}
