import COpenBLAS

/// The BLAS library in use, as results record it.
package enum OpenBLAS {
  /// e.g. `0.3.21`.
  package static var version: String {
    let words = String(cString: openblas_get_config()).split(separator: " ")
    return words.dropFirst().first.map(String.init) ?? "unknown"
  }
  /// The kernels that it chose or was told to use (`OPENBLAS_CORETYPE`), e.g. `Haswell`.
  package static var core: String { String(cString: openblas_get_corename()) }

  /// Threads of its own in one call: each worker calls it for itself. A constant, because the library says how many it
  /// has for itself until the first plan is made.
  package static let threads = 1

  static func useCallingThreadOnly() { openblas_set_num_threads(Int32(threads)) }
}

/// A matrix in row-major order, or part of one.
struct Matrix {
  var base: UnsafeMutablePointer<Float>
  /// Floats from one row to the next.
  var stride: Int
  var transposed = false
}

/// c = a * b, or c += a * b: [rows, depth] x [depth, columns] on the calling thread.
func multiply(
  _ a: Matrix, _ b: Matrix, into c: Matrix, rows: Int, columns: Int, depth: Int, accumulate: Bool = false
) {
  let beta: Float = accumulate ? 1 : 0
  if rows == 1, !a.transposed {
    // A product of one row is bound by memory: sgemm would copy all of b first.
    cblas_sgemv(
      CblasRowMajor, b.transposed ? CblasNoTrans : CblasTrans, blasint(b.transposed ? columns : depth),
      blasint(b.transposed ? depth : columns), 1, b.base, blasint(b.stride), a.base, 1, beta, c.base, 1)
  } else {
    cblas_sgemm(
      CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
      blasint(rows), blasint(columns), blasint(depth), 1, a.base, blasint(a.stride), b.base, blasint(b.stride),
      beta, c.base, blasint(c.stride))
  }
}
