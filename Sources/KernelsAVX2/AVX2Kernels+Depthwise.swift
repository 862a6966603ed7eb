import Kernels

extension AVX2Kernels: DepthwiseKernels {}
