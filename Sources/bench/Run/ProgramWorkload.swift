import Measurement
import Networks
import Results

/// A program as a workload. Its layers are timed one by one where that is asked for.
final class ProgramWorkload: Workload, Observer {
  private let program: Program
  private let timer: LayerTimer?

  init(_ program: Program, timesLayers: Bool, clock: MonotonicClock) {
    self.program = program
    timer = timesLayers ? LayerTimer(program) { clock.nanoseconds } : nil
  }

  func step() {
    if let timer { timer.run() } else { program.run() }
  }

  func warmUp() { program.run() }

  func timingBegins() { timer?.reset() }

  /// The seconds of each timed step by layer and phase; nil where layers are not timed.
  var layerDurations: [LayerTimer.Key: [Double]]? { timer?.durations }
}
