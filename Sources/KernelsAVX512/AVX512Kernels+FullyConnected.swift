import Kernels

extension AVX512Kernels: FullyConnectedKernels {}
