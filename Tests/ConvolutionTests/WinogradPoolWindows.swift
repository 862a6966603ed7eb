import Tensors

@testable import Convolution

/// The windows of a 2x2 max pool over a problem's output.
struct PoolWindows {
  let shape: ImageShape
  let batch: Int
  var count: Int { batch * (shape.height / 2) * (shape.width / 2) * shape.channels }

  init(_ problem: ConvolutionProblem) {
    shape = problem.output
    batch = problem.batch
  }

  /// Where value `which` of window `index` lies in the full tensor.
  private func place(_ index: Int, _ which: Int) -> Int {
    let (pixel, channel) = index.quotientAndRemainder(dividingBy: shape.channels)
    let (row, x) = pixel.quotientAndRemainder(dividingBy: shape.width / 2)
    let (image, y) = row.quotientAndRemainder(dividingBy: shape.height / 2)
    let line = image * shape.height + 2 * y + which / 2
    return (line * shape.width + 2 * x + which % 2) * shape.channels + channel
  }

  func firstWrong(full: GuardedFloats, pooled: GuardedFloats, argmax: UnsafeMutablePointer<UInt8>?) -> Int? {
    (0..<count).first { index in
      let values = (0..<4).map { full.base[place(index, $0)] }
      guard pooled.base[index] == values.max() else { return true }
      guard let largest = argmax?[index] else { return false }
      return largest < 4
        ? values[Int(largest)] != pooled.base[index] || pooled.base[index] <= 0 : pooled.base[index] != 0
    }
  }

  func unpooled(_ pooled: GuardedFloats, _ argmax: UnsafeMutablePointer<UInt8>) -> GuardedFloats {
    let full = GuardedFloats(count: batch * shape.count, fill: 0)
    for index in 0..<count where argmax[index] < 4 {
      full.base[place(index, Int(argmax[index]))] = pooled.base[index]
    }
    return full
  }
}
