import Kernels

extension AVX512Kernels: LayerKernels {}
