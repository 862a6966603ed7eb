import Kernels

extension AVX2Kernels: LayerKernels {}
