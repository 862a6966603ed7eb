import Kernels

/// The kernels compiled for `baseline`: 4 floats a vector.
package enum BaselineKernels: KernelSet {
  package typealias Lanes = Float32x4
  package static var name: String { "baseline" }
}
