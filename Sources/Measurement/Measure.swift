import Results

/// Takes the steps of `plan` and times each one.
///
/// Between the two clock readings there is nothing but the step. An interruption ends the pass after the step that
/// runs; what was measured until then is returned. Storage for all samples is reserved before the first step.
///
/// - Parameter agreement: with other processes that take the same steps
package func measure(
  _ workload: some Workload, plan: MeasurementPlan, clock: some Clock, interruption: Interruption,
  agreement: StepAgreement = .alone, observer: some Observer
) -> Samples {
  var samples = Samples()
  samples.burnIn.reserveCapacity(plan.burnIn)
  samples.durations.reserveCapacity(plan.batches)
  var isTiming = false
  let start = clock.nanoseconds

  while samples.durations.count < plan.batches {
    let (elapsed, isInterrupted) = agreement.agree(clock.seconds(since: start), interruption.isRequested)
    if isInterrupted {
      samples.stoppedEarly = .interrupted
      break
    }
    if !isTiming, !plan.burnsIn(done: samples.burnIn.count, elapsed: elapsed) {
      isTiming = true
      observer.timingBegins()
    }
    if isTiming, !plan.allowsAnother(measured: samples.durations.count, elapsed: elapsed) {
      samples.stoppedEarly = .maxTime
      break
    }

    workload.stepBegins()
    let before = clock.nanoseconds
    workload.step()
    let after = clock.nanoseconds
    workload.stepEnded()

    let duration = Double(after - before) / 1e9
    interruption.saw(step: duration)
    if isTiming { samples.durations.append(duration) } else { samples.burnIn.append(duration) }
    observer.finished(step: samples.burnIn.count + samples.durations.count - 1, duration: duration)
  }
  observer.timingEnded(samples)
  return samples
}
