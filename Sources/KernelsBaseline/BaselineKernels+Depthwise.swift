import Kernels

extension BaselineKernels: DepthwiseKernels {}
