/// The kernels of one instruction set.
///
/// A target compiled for an instruction set conforms a type, family by family, each in a file of its own: so the
/// compiler instantiates the families side by side. Callers hold `any KernelSet.Type`.
public protocol KernelSet:
  Sendable, DirectKernels, DepthwiseKernels, FullyConnectedKernels, LayerKernels, StreamKernels, WinogradKernels
{
  /// The name that `--isa` takes.
  static var name: String { get }

  /// Runs `iterations` of `fmaPeakChains` independent multiply-adds.
  static func fmaPeak(iterations: Int, result: Destination)
}
