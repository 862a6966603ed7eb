/// The window of a convolution or a pool over the spatial dimensions, of which there are as many as the kernel has.
package struct ONNXWindow: Sendable {
  package let kernel: [Int]
  package let strides: [Int]
  package let dilations: [Int]
  package let before: [Int]
  package private(set) var after: [Int]
  package private(set) var outputs: [Int]
  /// Whether rounding up has made it reach beyond its padding.
  private(set) var isExtended = false

  private static let largest = 1 << 24

  /// Nil where the attributes do not fit the shapes, or nothing is left of the image.
  /// - Parameters:
  ///   - input: [N, C, ...]
  ///   - kernel: the shape of the filter, [K, C / groups, ...]; nil where an attribute has it, as of a pool
  init?(_ node: ONNXModel.Node, _ input: [Int], kernel filter: [Int]?) {
    let rank = input.count - 2
    guard rank > 0, let kernel = filter.map({ Array($0.dropFirst(2)) }) ?? node.integers("kernel_shape") else {
      return nil
    }
    let ones = [Int](repeating: 1, count: rank)
    let strides = node.integers("strides") ?? ones
    let dilations = node.integers("dilations") ?? ones
    guard
      [kernel, strides, dilations].allSatisfy({ list in
        list.count == rank && list.allSatisfy { (1...Self.largest).contains($0) }
      })
    else { return nil }
    (self.kernel, self.strides, self.dilations) = (kernel, strides, dilations)
    let reach = zip(kernel, dilations).map { ($0 - 1) * $1 + 1 }
    let image = input.dropFirst(2)
    switch node.text("auto_pad") ?? "NOTSET" {
    case "NOTSET":
      let pads = node.integers("pads") ?? [Int](repeating: 0, count: 2 * rank)
      guard pads.count == 2 * rank, pads.allSatisfy({ (0...Self.largest).contains($0) }) else { return nil }
      (before, after) = (Array(pads[..<rank]), Array(pads[rank...]))
    case "VALID": (before, after) = (ones.map { _ in 0 }, ones.map { _ in 0 })
    case let mode where mode == "SAME_UPPER" || mode == "SAME_LOWER":
      let totals = image.indices.map { index in
        let (size, axis) = (image[index], index - image.startIndex)
        return max(((size + strides[axis] - 1) / strides[axis] - 1) * strides[axis] + reach[axis] - size, 0)
      }
      let halves = totals.map { $0 / 2 }
      let others = zip(totals, halves).map { $0 - $1 }
      (before, after) = mode == "SAME_UPPER" ? (halves, others) : (others, halves)
    default: return nil
    }
    outputs = []
    let roundsUp = node.integer("ceil_mode", default: 0) != 0
    for (axis, size) in image.enumerated() {
      let free = size + before[axis] + after[axis] - reach[axis]
      guard free >= 0 else { return nil }
      var output = free / strides[axis] + 1
      // Rounding up adds a window where it begins inside of the image or the padding before it.
      if roundsUp, free % strides[axis] != 0, output * strides[axis] < size + before[axis] {
        output += 1
        isExtended = true
        after[axis] = (output - 1) * strides[axis] + reach[axis] - size - before[axis]
      }
      outputs.append(output)
    }
  }
}
