import Terms

extension Pass {
  /// 2 x multiply-adds of a step. Backward costs two products for each forward one, but nobody asks for the gradient
  /// of the input.
  package func flops(_ layers: [Layer], batch: Int) -> Double {
    let forward = 2 * Double(layers.macs) * Double(batch)
    guard hasGradients, let first = layers.first(where: { $0.problem != nil }) else { return forward }
    return 3 * forward - 2 * Double(first.macs) * Double(batch)
  }
}
