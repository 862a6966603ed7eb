import Kernels

extension BaselineKernels: LayerKernels {}
