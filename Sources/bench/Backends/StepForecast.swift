import Convolution
import Measurement
import Networks
import Tensors

/// Estimates how long a step takes on each back end, from the speed of each on a small problem.
///
/// The estimate can tell seconds from minutes and no more, because rates differ from layer to layer.
struct StepForecast {
  /// It has 2.4 million multiply-adds, which take the slowest back end milliseconds.
  private static let probe = ConvolutionProblem(
    batch: 1, input: ImageShape(height: 16, width: 16, channels: 32), outputChannels: 32, kernel: .init(3),
    padding: .init(top: 1, bottom: 1, left: 1, right: 1))

  /// A back end takes part without being asked for unless its step is longer than `longestStep` seconds and also more
  /// than `longestRatio` times as long as the fastest one's.
  private static let (longestStep, longestRatio) = (0.2, 20.0)

  /// Operations a second of each back end that can run here and takes the probe, by name.
  private let rates: [String: Double]

  /// Verifies and measures every back end. A command does this once, whatever it compares. Of one that computes
  /// something wrong nothing is estimated: the check of what it is asked for says so.
  init(in context: ExecutionContext) throws {
    let tensors = try LayerTensors(Self.probe, seed: 1)
    let result = try FloatBuffer(count: Self.probe.outputCount)
    var rates: [String: Double] = [:]
    for backend in Backends.all
    where backend.reasonUnavailable == nil && backend.reasonUnsupported(Self.probe, .forward) == nil {
      let request = ConvolutionRequest(Self.probe, .forward)
      guard try Verifier(in: context).verify(backend, request).passed else { continue }
      let workload = try LayerWorkload(
        backend.plan(request, in: context), .forward, tensors, result: result, preparesEachStep: false)
      workload.step()
      rates[backend.name] = bestRate(duration: 0.02) {
        workload.step()
        return Self.probe.flops
      }
    }
    self.rates = rates
  }

  /// A sentence for each of `backends` that would take too long for `flops` operations.
  func reasons(against backends: [String], flops: Double) -> [String: String] {
    let seconds = Dictionary(
      uniqueKeysWithValues: backends.compactMap { name in rates[name].map { (name, flops / $0) } })
    let limit = max(Self.longestStep, Self.longestRatio * (seconds.values.min() ?? 0))
    return seconds.filter { $0.value > limit }.reduce(into: [:]) { $0[$1.key] = Self.reason($1.key, $1.value) }
  }

  private static func reason(_ backend: String, _ seconds: Double) -> String {
    let time =
      seconds < 10
      ? "\((seconds * 10).rounded() / 10) s"
      : seconds < 120 ? "\(Int(seconds.rounded())) s" : "\(Int((seconds / 60).rounded())) minutes"
    return "a step would take about \(time); ask for it with --backend \(backend)."
  }
}
