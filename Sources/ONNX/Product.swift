/// A matrix product with a constant matrix: [rows, depth] x [depth, columns], as a 1x1 convolution of 1x1 images has it.
struct Product {
  let rows: Int
  let depth: Int
  let columns: Int
  /// Of the result.
  let shape: [Int]

  /// Nil where the shapes are unknown or do not fit.
  init?(gemm node: ONNXModel.Node, _ shapes: ShapeInference) {
    guard var a = shapes[node.input(0)], var b = shapes[node.input(1)], a.count == 2, b.count == 2 else { return nil }
    if node.integer("transA", default: 0) != 0 { a.reverse() }
    if node.integer("transB", default: 0) != 0 { b.reverse() }
    guard a[1] == b[0] else { return nil }
    (rows, depth, columns, shape) = (a[0], a[1], b[1], [a[0], b[1]])
  }

  init?(matMul node: ONNXModel.Node, _ shapes: ShapeInference) {
    guard let a = shapes[node.input(0)], let b = shapes[node.input(1)], a.count >= 2, b.count == 2, a.last == b[0],
      let rows = ShapeInference.product(a.dropLast())
    else { return nil }
    (self.rows, depth, columns, shape) = (rows, b[0], b[1], a.dropLast() + [b[1]])
  }
}
