import Kernels

/// The windows as people write them: `3/2 SAME` for 3x3 with stride 2.
extension PoolGeometry: CustomStringConvertible {
  public var description: String {
    let size = Self.text(rows.size, columns.size)
    let stride = Self.text(rows.stride, columns.stride)
    switch padding {
    case .valid: return "\(size)/\(stride)"
    case .same: return "\(size)/\(stride) SAME"
    case .explicit(let top, let bottom, let left, let right):
      let sides = Set([top, bottom, left, right]).count == 1 ? "\(top)" : "\(top)+\(bottom)x\(left)+\(right)"
      return "\(size)/\(stride) pad \(sides)"
    }
  }

  private static func text(_ height: Int, _ width: Int) -> String {
    height == width ? "\(height)" : "\(height)x\(width)"
  }
}
