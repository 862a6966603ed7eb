import Convolution
import Kernels

/// A 2x2 max pool with stride 2 that alone follows a convolution with ReLU is computed on the way, if the back ends of
/// all directions that the pass needs can do that and no plan has it run apart. Only the pooled output is stored.
struct PoolOutput: FusionRule {
  func apply(to fusion: inout FusionPass) throws(NetworkError) {
    for first in fusion.convolutionGroups {
      guard let reader = fusion.graph.soleReader(of: fusion[first].last),
        case .maxPool(let pool) = fusion.graph.layers[reader].kind
      else { continue }
      if let reason = try reasonAgainst(first, pool, fusion) {
        fusion.note(first, "The max pool is not computed on the way: \(reason)")
      } else {
        fusion.update(first) { $0.pool = reader }
        fusion.merge(reader, into: first)
      }
    }
  }

  private func reasonAgainst(_ first: Int, _ pool: PoolGeometry, _ fusion: FusionPass) throws(NetworkError) -> String? {
    let (rows, columns) = (pool.rows, pool.columns)
    guard [rows.size, columns.size, rows.stride, columns.stride].allSatisfy({ $0 == 2 }) else {
      let stride = rows.stride == columns.stride ? "\(rows.stride)" : "\(rows.stride)x\(columns.stride)"
      return "its window is \(rows.size)x\(columns.size) with stride \(stride), not 2x2 with 2."
    }
    guard !pool.overhangs else { return "its windows reach beyond the image." }
    let group = fusion[first]
    if fusion.choice.runsApart(group.convolutions[0].name) { return "the plan has the convolution run apart." }
    guard group.layers.count == 1, group.convolutions[0].activation == .relu else {
      return "it does not follow a convolution's own ReLU."
    }
    for direction in fusion.directions(group.first) {
      let backend = try fusion.backend(of: group.convolutions[0], direction).backend
      guard backend.fusions(group.convolutions[0].problem, direction).contains(.maxPool) else {
        return "\(backend.name) cannot do that in the direction \(direction)."
      }
    }
    return nil
  }
}
