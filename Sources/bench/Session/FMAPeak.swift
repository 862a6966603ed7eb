import Convolution
import Kernels
import Measurement
import Tensors

/// The most floating-point operations per second that these threads reach. Results are given as a percentage of it.
func fmaPeak(_ context: ExecutionContext, cpuModel: String) throws -> Double {
  let width = context.kernels.width
  let results = try FloatBuffer(count: context.pool.count * max(width, 16))
  nonisolated(unsafe) let base = results.base
  let iterations = 1 << 16
  let key = PeakCache.Key(
    cpuModel: cpuModel, instructionSet: context.kernels.name, threads: context.pool.count, version: 1)
  return PeakCache().peak(key) {
    bestRate {
      context.pool.run { worker in
        context.kernels.fmaPeak(iterations: iterations, result: base + worker * max(width, 16))
      }
      return Double(2 * width * fmaPeakChains * iterations * context.pool.count)
    }
  }
}
