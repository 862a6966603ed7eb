import Measurement
import Results

/// The pass that is measured, for the case that one of its steps does not end.
final class UnfinishedPass {
  private(set) var samples = PartialSamples()
  private var record: Record?

  /// - Parameter record: without steps
  func begin(_ record: Record) {
    samples = PartialSamples()
    self.record = record
  }

  func end() { record = nil }

  /// With the steps so far, but without the times of layers, which the measurement may be changing; none where there is
  /// no step.
  var records: [Record] {
    guard var record else { return [] }
    let samples = samples.samples
    record.burnInDurations = samples.burnIn
    record.durations = samples.durations
    record.stoppedEarly = samples.stoppedEarly
    return record.hasSteps ? [record] : []
  }
}
