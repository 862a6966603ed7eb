import Convolution
import Kernels
import Networks
import Tensors
import Terms
import Testing

/// Max pooling by itself, where windows overlap, leave gaps, do not reach the edge or overhang it, for any number of
/// channels.
@Suite struct PoolingTests {
  /// A row or column of windows by the definition, apart from `PoolGeometry`.
  private struct Windows {
    let starts: [Int]

    init(side: Int, size: Int, stride: Int, padding: WindowPadding) {
      switch padding {
      case .valid:
        starts = Array(Swift.stride(from: 0, through: side - size, by: stride))
      case .same:
        let count = Int((Double(side) / Double(stride)).rounded(.up))
        let total = max((count - 1) * stride + size - side, 0)
        // The odd pixel lies at the end.
        starts = (0..<count).map { $0 * stride - total / 2 }
      case .explicit(let before, let after, _, _):
        starts = Array(Swift.stride(from: -before, through: side + after - size, by: stride))
      }
    }
  }

  private static let images = 2
  private static let channelCounts = [1, 3, 4, 16, 19, 40]

  private static let geometries = channelCounts.flatMap { channels in
    [
      (4, 6, 2, 2), (5, 7, 2, 2), (7, 8, 3, 2), (6, 5, 3, 1), (8, 9, 2, 3), (1, 1, 1, 1),
    ].map { PoolGeometry(inputHeight: $0, inputWidth: $1, channels: channels, size: $2, stride: $3) }
      + sameGeometries.map {
        PoolGeometry(inputHeight: $0, inputWidth: $1, channels: channels, size: $2, stride: $3, padding: .same)
      }
      + [
        PoolGeometry(
          inputHeight: 6, inputWidth: 9, channels: channels, size: (3, 2), stride: (2, 1),
          padding: .explicit(top: 1, bottom: 2, left: 1, right: 1)),
        PoolGeometry(
          inputHeight: 5, inputWidth: 4, channels: channels, size: (1, 4), stride: (3, 2),
          padding: .explicit(top: 0, bottom: 0, left: 3, right: 0)),
        PoolGeometry(inputHeight: 7, inputWidth: 6, channels: channels, size: (2, 3), stride: (1, 2), padding: .same),
      ]
  }

  /// Heights, widths, sizes and strides: complete windows, windows that overhang on one side or on all, windows larger
  /// than the image, and gaps between windows.
  private static let sameGeometries = [
    (4, 6, 2, 2), (5, 7, 2, 2), (5, 6, 2, 2), (7, 8, 3, 2), (8, 8, 3, 2), (6, 5, 3, 1), (5, 4, 2, 1), (9, 7, 5, 2),
    (9, 10, 2, 3), (7, 8, 1, 3), (10, 11, 4, 3), (1, 1, 1, 1), (1, 1, 2, 2), (1, 1, 3, 2), (1, 1, 5, 1), (1, 5, 2, 2),
    (2, 3, 7, 2), (3, 2, 16, 5),
  ]

  /// Every window on its own, its pixels chosen by whether they exist.
  private struct Reference {
    var output: [Float] = []
    var argmax: [UInt8] = []
    /// Of outputs' gradients 1, 2, 3, ...
    var inputGradient: [Float]

    init(_ input: [Float], _ pool: PoolGeometry) {
      inputGradient = input.map { _ in 0 }
      let (height, width) = (pool.inputHeight, pool.inputWidth)
      let (rows, columns) = (pool.rows, pool.columns)
      let down = Windows(side: height, size: rows.size, stride: rows.stride, padding: pool.padding).starts
      var horizontal = pool.padding
      if case .explicit(_, _, let left, let right) = pool.padding {
        horizontal = .explicit(top: left, bottom: right, left: 0, right: 0)
      }
      let across = Windows(side: width, size: columns.size, stride: columns.stride, padding: horizontal).starts
      for image in 0..<images {
        for y in down {
          for x in across {
            for c in 0..<pool.channels {
              let places = (0..<rows.size * columns.size).compactMap { index -> (index: Int, offset: Int)? in
                let (row, column) = (y + index / columns.size, x + index % columns.size)
                guard (0..<height).contains(row), (0..<width).contains(column) else { return nil }
                return (index, ((image * height + row) * width + column) * pool.channels + c)
              }
              let best = places.map { input[$0.offset] }.max()!
              let first = places.first { input[$0.offset] == best }!
              output.append(best)
              argmax.append(UInt8(first.index))
              inputGradient[first.offset] += Float(output.count)
            }
          }
        }
      }
    }
  }

  /// (side, size, stride) and the outputs of TensorFlow's SAME, the overhang before the image, and whether there is
  /// any.
  @Test(arguments: [
    (97, 2, 2, 49, 0, true), (49, 2, 2, 25, 0, true), (224, 2, 2, 112, 0, false), (24, 3, 2, 12, 0, true),
    (25, 3, 2, 13, 1, true), (28, 3, 1, 28, 1, true), (1, 2, 2, 1, 0, true), (1, 3, 2, 1, 1, true),
    (5, 2, 3, 2, 0, false), (4, 2, 3, 2, 0, true),
  ])
  func sameGeometryIsThatOfTensorFlow(
    side: Int, size: Int, stride: Int, outputs: Int, before: Int, overhangs: Bool
  ) {
    let pool = PoolGeometry(
      inputHeight: side, inputWidth: side, channels: 1, size: size, stride: stride, padding: .same)
    #expect(pool.outputHeight == outputs && pool.outputWidth == outputs)
    #expect(pool.rows.before == before && pool.columns.before == before)
    #expect(pool.overhangs == overhangs)
  }

  @Test func validWindowsNeverOverhang() {
    for pool in Self.geometries where pool.padding == .valid { #expect(!pool.overhangs, "\(pool)") }
  }

  @Test(arguments: instructionSets)
  func agreesWithTheDefinition(_ set: InstructionSet) throws {
    for pool in Self.geometries {
      // There are few different values, so that equals occur, and none is above 0, so that a padding of zeros shows.
      var random = Random(seed: 5)
      let count = Self.images * pool.inputHeight * pool.inputWidth * pool.channels
      let input = try FloatBuffer((0..<count).map { _ in -Float(random.next() % 7) - 1 })
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

  /// A pool that its convolution could compute stays an operation of its own exactly where a window is incomplete.
  @Test(arguments: [(8, WindowPadding.same, true), (9, .same, false), (9, .valid, true)])
  func poolIsFusedWhereWindowsAreComplete(image: Int, padding: WindowPadding, isFused: Bool) throws {
    let network = TinyNetwork("", image: image) { net in
      net.convolution("conv1", channels: 16, kernel: 3, activation: .relu)
      net.convolution("conv2", channels: 16, kernel: 3, activation: .relu)
      net.maxPool("pool1", size: 2, stride: 2, padding: padding)
    }
    for pass in Pass.allCases {
      let program = try Program(
        network.layers, pass: pass, batch: 2, choice: BackendChoice("winograd"), in: context())
      let assignments = program.assignments.filter { $0.layer == "conv2" }
      #expect(assignments.count == (pass.hasGradients ? 3 : 1) && assignments.allSatisfy { $0.backend == "winograd" })
      #expect(assignments.allSatisfy { $0.request.fusions.contains(.maxPool) == isFused }, "\(pass)")
    }
  }

  /// The values are poisoned, and those behind `count` must stay so.
  private func buffer(_ count: Int) throws -> FloatBuffer {
    let buffer = try FloatBuffer(count: count + 64)
    buffer.fill(.nan)
    return buffer
  }
}
