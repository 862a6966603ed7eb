import Kernels

extension AVX512Kernels: WinogradKernels {}
