import Kernels

extension AVX2Kernels: FullyConnectedKernels {}
