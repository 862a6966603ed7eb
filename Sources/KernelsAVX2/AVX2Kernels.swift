import Kernels

/// The kernels compiled for `avx2`: 8 floats a vector.
package enum AVX2Kernels: KernelSet {
  package typealias Lanes = Float32x8
  package static var name: String { "avx2" }
}
