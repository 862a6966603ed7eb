import Convolution
import Measurement
import Networks
import Tensors

/// How long a step would take on a back end, from what it makes of a small problem.
///
/// An estimate to tell seconds from minutes, no more: rates differ from layer to layer.
struct StepForecast {
  /// 2.4 million multiply-adds: milliseconds for the slowest back end.
  private static let probe = ConvolutionProblem(
    batch: 1, input: ImageShape(height: 16, width: 16, channels: 32), outputChannels: 32, kernel: .init(3),
    padding: .init(top: 1, bottom: 1, left: 1, right: 1))

  /// A back end whose step is longer, in seconds, and this many times longer than the fastest one's, takes part in a
  /// comparison only where it is asked for.
  private static let (longestStep, longestRatio) = (0.2, 20.0)

  let context: ExecutionContext

  /// Seconds for `flops` operations; nil where the back end does not take the probe.
  func seconds(_ backend: any ConvolutionBackend, flops: Double) throws -> Double? {
    guard backend.reasonUnsupported(Self.probe, .forward) == nil else { return nil }
    let workload = try LayerWorkload(
      backend.plan(ConvolutionRequest(Self.probe, .forward), in: context), .forward,
      LayerTensors(Self.probe, seed: 1), result: FloatBuffer(count: Self.probe.outputCount), preparesEachStep: false)
    workload.step()
    let rate = bestRate(duration: 0.02) {
      workload.step()
      return Self.probe.flops
    }
    return flops / rate
  }

  /// In seconds; what is beyond is left out of a comparison.
  static func limit(_ forecasts: some Collection<Double>) -> Double {
    max(longestStep, longestRatio * (forecasts.min() ?? 0))
  }

  /// Why a back end does not take part.
  static func reason(_ backend: String, _ seconds: Double) -> String {
    let time =
      seconds < 10
      ? "\((seconds * 10).rounded() / 10) s"
      : seconds < 120 ? "\(Int(seconds.rounded())) s" : "\(Int((seconds / 60).rounded())) minutes"
    return "a step would take about \(time); ask for it with --backend \(backend)."
  }
}
