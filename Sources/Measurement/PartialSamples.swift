import Results
import Synchronization

/// The steps so far of a pass that runs, for who has to keep them before it ends.
package final class PartialSamples: Observer {
  private let state = Mutex((isTiming: false, samples: Samples()))

  package init() {}

  package var samples: Samples {
    var samples = state.withLock { $0.samples }
    samples.stoppedEarly = .interrupted
    return samples
  }

  package func timingBegins() { state.withLock { $0.isTiming = true } }

  package func finished(step: Int, duration: Double) {
    state.withLock { state in
      if state.isTiming { state.samples.durations.append(duration) } else { state.samples.burnIn.append(duration) }
    }
  }
}
