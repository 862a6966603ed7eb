import CBenchBackend
import Tensors
import Testing
import Threads

@testable import Convolution

/// The layouts of back ends in shared libraries.
@Suite struct TensorLayoutTests {
  static let pool = ThreadPool(count: 2)

  @Test(arguments: [(BENCH_NCHW, 1), (BENCH_NCHW8C, 8), (BENCH_NCHW16C, 16)])
  func reordersAndRestores(_ number: Int, _ block: Int) throws {
    let layout = try #require(TensorLayout(Int32(number)))
    for shape in [ImageShape(height: 3, width: 5, channels: 19), ImageShape(height: 1, width: 2, channels: 16)] {
      let (images, pixels) = (2, shape.height * shape.width)
      let plain = (0..<images * shape.count).map { Float($0 + 1) }
      var blocked = [Float](repeating: .nan, count: layout.count(images, shape))
      layout.reorder(from: plain, into: &blocked, images, shape, on: Self.pool)
      let blocks = (shape.channels + block - 1) / block
      for image in 0..<images {
        for channel in 0..<blocks * block {
          for pixel in 0..<pixels {
            let index = ((image * blocks + channel / block) * pixels + pixel) * block + channel % block
            let expected =
              channel < shape.channels ? plain[(image * pixels + pixel) * shape.channels + channel] : 0
            #expect(blocked[index] == expected)
          }
        }
      }
      var restored = [Float](repeating: .nan, count: plain.count)
      layout.restore(from: blocked, into: &restored, images, shape, on: Self.pool)
      #expect(restored == plain)
    }
  }

  @Test func unknownLayoutIsNone() {
    #expect(TensorLayout(4) == nil && TensorLayout(-1) == nil)
    #expect(TensorLayout(Int32(BENCH_NHWC)) == .nhwc && !TensorLayout.nhwc.isReordered)
  }
}
