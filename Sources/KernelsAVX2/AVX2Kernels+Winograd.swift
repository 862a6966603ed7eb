import Kernels

extension AVX2Kernels: WinogradKernels {}
