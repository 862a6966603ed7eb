import Convolution
import Kernels
import Measurement
import Tensors

/// The most floating-point operations per second that these threads reach, or a higher rate of the last seven days.
/// Results are given as a percentage of it.
func fmaPeak(_ context: ExecutionContext, cpuModel: String) throws -> Double {
  try PeakCache().peak(PeakCache.Key(fmaOf: context, cpuModel: cpuModel)) { try measuredFMAPeak(context) }
}

/// The most floating-point operations per second that these threads reach now.
func measuredFMAPeak(_ context: ExecutionContext, duration: Double = 0.3) throws -> Double {
  let width = context.kernels.width
  let results = try FloatBuffer(count: context.pool.count * max(width, 16))
  nonisolated(unsafe) let base = results.base
  let iterations = 1 << 16
  return bestRate(duration: duration) {
    context.pool.run { worker in
      context.kernels.fmaPeak(iterations: iterations, result: base + worker * max(width, 16))
    }
    return Double(2 * width * fmaPeakChains * iterations * context.pool.count)
  }
}

extension PeakCache.Key {
  init(fmaOf context: ExecutionContext, cpuModel: String) {
    self.init(cpuModel: cpuModel, instructionSet: context.kernels.name, threads: context.pool.count, version: 1)
  }
}
