import Kernels

extension BaselineKernels: DirectKernels {}
