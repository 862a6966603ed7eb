import Kernels

/// The kernels compiled for `avx512`: 16 floats a vector.
package enum AVX512Kernels: KernelSet {
  package typealias Lanes = Float32x16
  package static var name: String { "avx512" }
}
