import Results

/// The raw durations of a pass, in seconds and in the order of the steps.
package struct Samples: Equatable, Sendable {
  package var burnIn: [Double]
  package var durations: [Double]
  /// The reason why fewer batches than planned were measured; nil where all were.
  package var stoppedEarly: StopReason?

  package init(burnIn: [Double] = [], durations: [Double] = [], stoppedEarly: StopReason? = nil) {
    self.burnIn = burnIn
    self.durations = durations
    self.stoppedEarly = stoppedEarly
  }
}
