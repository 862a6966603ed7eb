import Convolution
import Kernels
import Measurement
import Networks
import Tensors
import Threads

/// A public window for `Benchmarks/`, another package, on the layers and kernels that this one keeps to itself.
///
/// One at a time: its threads spin for a moment after each job.
public final class Workbench: Sendable {
  public let threads: Int
  let context: ExecutionContext

  /// - Parameters:
  ///   - threads: default: the cores that this process may use
  ///   - instructionSet: `avx512`, `avx2` or `baseline`, one that this processor has; default: its best
  public init(threads: Int? = nil, instructionSet: String? = nil) throws(WorkbenchError) {
    let wanted = threads ?? AvailableCores.count()
    let pool = ThreadPool(count: wanted)
    guard pool.count == wanted else { throw WorkbenchError("the system starts \(pool.count) threads, not \(wanted)") }
    self.threads = wanted
    var set = InstructionSet.best
    if let name = instructionSet {
      guard let chosen = InstructionSet(rawValue: name), chosen.isAvailable else {
        throw WorkbenchError("this processor has no instruction set '\(name)'")
      }
      set = chosen
    }
    context = ExecutionContext(pool: pool, instructionSet: set)
  }

  /// The multiply-add peak: what every other rate is a part of.
  public func fmaPeak() throws -> Job {
    let width = max(context.kernels.width, 16)
    let iterations = 1 << 20
    let results = try FloatBuffer(count: width * threads)
    let flops = 2 * context.kernels.width * fmaPeakChains * iterations * threads
    return Job(flops: Double(flops)) { [context] in
      context.pool.run { worker in
        context.kernels.fmaPeak(iterations: iterations, result: results.base + worker * width)
      }
    }
  }

  /// Floats in [-1/2, 1/2), the same in every run; no denormals.
  func values(_ count: Int) throws -> FloatBuffer {
    let buffer = try FloatBuffer(count: count)
    context.pool.split(count) { range in
      for index in range {
        let mixed = UInt64(truncatingIfNeeded: index) &* 0x9e37_79b9_7f4a_7c15
        buffer.base[index] = Float(mixed >> 40) * 0x1p-24 - 0.5
      }
    }
    return buffer
  }
}
