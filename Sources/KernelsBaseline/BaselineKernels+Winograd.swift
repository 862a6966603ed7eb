import Kernels

extension BaselineKernels: WinogradKernels {}
