import Convolution
import Measurement
import Statistics
import Tensors

/// Measures the same short convolution against itself, in turns. The difference is the machine's noise.
struct NoiseTest {
  /// A problem of about two milliseconds on one core.
  static let problem = ConvolutionProblem(
    batch: 1, input: ImageShape(height: 56, width: 56, channels: 64), outputChannels: 64, kernel: .init(3),
    padding: .init(top: 1, bottom: 1, left: 1, right: 1))
  static let (rounds, comparisons) = (20, 40)

  let context: ExecutionContext
  let interruption: Interruption

  /// Returns nil where it was interrupted.
  func run() throws -> NoiseFloor? {
    let tensors = try LayerTensors(Self.problem, seed: 1)
    let request = ConvolutionRequest(Self.problem, .forward)
    let backend = Backends.fallback(Self.problem, .forward)
    let result = try FloatBuffer(count: Self.problem.outputCount)
    let workloads = try (0..<2).map { _ in
      try LayerWorkload(
        backend.plan(request, in: context), .forward, tensors, result: result, preparesEachStep: false)
    }
    let samples = measureInTurns(
      workloads, plan: MeasurementPlan(burnIn: 20, batches: Self.rounds * Self.comparisons, maxTime: 10),
      clock: MonotonicClock(), interruption: interruption)
    return NoiseFloor(samples[0].durations, samples[1].durations, rounds: Self.rounds)
  }
}
