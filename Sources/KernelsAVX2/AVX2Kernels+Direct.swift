import Kernels

extension AVX2Kernels: DirectKernels {}
