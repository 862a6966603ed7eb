import Kernels

extension BaselineKernels: FullyConnectedKernels {}
