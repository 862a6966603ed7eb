import Kernels

extension AVX512Kernels: DepthwiseKernels {}
