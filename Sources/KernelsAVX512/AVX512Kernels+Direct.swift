import Kernels

extension AVX512Kernels: DirectKernels {}
