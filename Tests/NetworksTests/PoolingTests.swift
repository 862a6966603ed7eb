import Convolution
import Kernels
import Tensors
import Testing

/// Max pooling by itself, where windows overlap, leave gaps or do not reach the edge, for any number of channels.
@Suite struct PoolingTests {
  private static let geometries = [1, 3, 4, 16, 19, 40].flatMap { channels in
    [
      PoolGeometry(inputHeight: 4, inputWidth: 6, channels: channels, size: 2, stride: 2),
      PoolGeometry(inputHeight: 5, inputWidth: 7, channels: channels, size: 2, stride: 2),
      PoolGeometry(inputHeight: 7, inputWidth: 8, channels: channels, size: 3, stride: 2),
      PoolGeometry(inputHeight: 6, inputWidth: 5, channels: channels, size: 3, stride: 1),
      PoolGeometry(inputHeight: 8, inputWidth: 9, channels: channels, size: 2, stride: 3),
      PoolGeometry(inputHeight: 1, inputWidth: 1, channels: channels, size: 1, stride: 1),
    ]
  }
  private static let images = 2

  /// What the definition says: each window on its own.
  private struct Reference {
    var output: [Float] = []
    var argmax: [UInt8] = []
    /// Of outputs' gradients 1, 2, 3, ...
    var inputGradient: [Float]

    init(_ input: [Float], _ pool: PoolGeometry) {
      inputGradient = input.map { _ in 0 }
      for image in 0..<images {
        for y in 0..<pool.outputHeight {
          for x in 0..<pool.outputWidth {
            for c in 0..<pool.channels {
              let places = (0..<pool.size * pool.size).map { index in
                let (row, column) = (y * pool.stride + index / pool.size, x * pool.stride + index % pool.size)
                return ((image * pool.inputHeight + row) * pool.inputWidth + column) * pool.channels + c
              }
              let best = places.map { input[$0] }.max()!
              let winner = places.firstIndex { input[$0] == best }!
              output.append(best)
              argmax.append(UInt8(winner))
              inputGradient[places[winner]] += Float(output.count)
            }
          }
        }
      }
    }
  }

  @Test(arguments: instructionSets)
  func agreesWithTheDefinition(_ set: InstructionSet) throws {
    for pool in Self.geometries {
      // Few different values, so that equals occur.
      var random = Random(seed: 5)
      let count = Self.images * pool.inputHeight * pool.inputWidth * pool.channels
      let input = try FloatBuffer((0..<count).map { _ in Float(random.next() % 7) - 3 })
      let expected = Reference(input.values, pool)
      let rows = Self.images * pool.outputHeight
      let (output, plain) = (try buffer(expected.output.count), try buffer(expected.output.count))
      var argmax = [UInt8](repeating: 255, count: expected.argmax.count + 64)
      // The rows in two parts, as two threads take them, the later ones first.
      for part in [(rows / 2)..<rows, 0..<(rows / 2)] {
        set.kernels.maxPool(input.base, into: output.base, argmax: &argmax, pool, rows: part)
        set.kernels.maxPool(input.base, into: plain.base, pool, rows: part)
      }
      let end = expected.output.count
      #expect(Array(output.values.prefix(end)) == expected.output, "\(set), \(pool)")
      #expect(Array(plain.values.prefix(end)) == expected.output, "\(set), \(pool)")
      #expect(Array(argmax.prefix(end)) == expected.argmax, "\(set), \(pool)")
      #expect(output.values.dropFirst(end).allSatisfy { $0.isNaN })
      #expect(argmax.dropFirst(end).allSatisfy { $0 == 255 })

      let gradient = try FloatBuffer((1...end).map(Float.init))
      let inputRows = Self.images * pool.inputHeight
      for nonTemporal in pool.channels.isMultiple(of: set.kernels.width) ? [false, true] : [false] {
        let inputGradient = try buffer(count)
        for part in [(inputRows / 2)..<inputRows, 0..<(inputRows / 2)] {
          set.kernels.maxPoolGradient(
            gradient.base, argmax: argmax, into: inputGradient.base, pool, rows: part, nonTemporal: nonTemporal)
        }
        #expect(Array(inputGradient.values.prefix(count)) == expected.inputGradient, "\(set), \(pool), \(nonTemporal)")
        #expect(inputGradient.values.dropFirst(count).allSatisfy { $0.isNaN })
      }
    }
  }

  /// Poisoned, and with room behind that must stay so.
  private func buffer(_ count: Int) throws -> FloatBuffer {
    let buffer = try FloatBuffer(count: count + 64)
    buffer.fill(.nan)
    return buffer
  }
}
