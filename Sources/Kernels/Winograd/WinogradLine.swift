/// One of the small matrices of a Winograd algorithm, applied to one line of vectors.
public protocol WinogradLine {
  associatedtype Inputs: UnrolledCount
  associatedtype Outputs: UnrolledCount
  /// Reads `x` at 0..<Inputs.count, calls `put` with 0..<Outputs.count.
  static func apply<V: Vector>(_ x: (Int) -> V, _ put: (Int, V) -> Void)
}

extension WinogradLine {
  /// L x L^T of a square of vectors, x(row, column) to put(row, column).
  @inlinable @inline(__always)
  public static func applyTwice<V: Vector>(_ x: (Int, Int) -> V, _ put: (Int, Int, V) -> Void) {
    // [Outputs][Inputs]: the columns are done, the rows are not. Constant indices keep it out of memory, as far as the
    // registers reach.
    var half = filled64(V.zero)
    let pitch = Inputs.count
    Inputs.forEach { column in
      apply({ row in x(row, column) }, { row, value in half[unchecked: row * pitch + column] = value })
    }
    Outputs.forEach { row in
      apply({ column in half[unchecked: row * pitch + column] }, { column, value in put(row, column, value) })
    }
  }
}

/// From a literal: `InlineArray(repeating:)` may be outlined, and its elements then live in memory.
@inlinable @inline(__always)
func filled64<V: Vector>(_ z: V) -> InlineArray<64, V> {
  [
    z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z,
    z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z,
  ]
}
