/// Kernels written once, generic over the vector.
///
/// Each family has a protocol of its own, in its folder, whose extensions implement it. An implementation must be
/// `@inlinable @inline(never)`: inlined into the witness thunk instead, it would lose the inlining of everything it
/// calls. Only pointers and integers cross the boundary.
public protocol VectorKernels {
  associatedtype Lanes: Vector
}

extension VectorKernels {
  /// Floats in a vector.
  public static var width: Int { Lanes.count }
  /// Rows of the largest register tile of two vectors.
  public static var tileRows: Int { Lanes.tileRows }
  /// Rows of the largest register tile of three vectors.
  public static var tripleRows: Int { Lanes.tripleRows }
  /// Rows of the largest register tile of one vector in the depthwise kernels.
  public static var depthwiseRows: Int { Lanes.depthwiseRows }
}
