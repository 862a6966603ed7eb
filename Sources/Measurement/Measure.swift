import Results

/// Takes the steps of `plan` and times each one.
///
/// Between the two clock readings there is nothing but the step. An interruption ends the pass after the step that
/// runs; what was measured until then is returned. Storage for all samples is reserved before the first step.
package func measure(
  _ workload: some Workload, plan: MeasurementPlan, clock: some Clock, interruption: Interruption,
  observer: some Observer
) -> Samples {
  var samples = Samples()
  samples.burnIn.reserveCapacity(plan.burnIn)
  samples.durations.reserveCapacity(plan.batches)
  let start = clock.nanoseconds

  for step in 0..<plan.burnIn + plan.batches {
    if interruption.isRequested {
      samples.stoppedEarly = .interrupted
      break
    }
    if !plan.allowsAnother(measured: samples.durations.count, elapsed: clock.seconds(since: start)) {
      samples.stoppedEarly = .maxTime
      break
    }
    if step == plan.burnIn { observer.timingBegins() }

    let before = clock.nanoseconds
    workload.step()
    let after = clock.nanoseconds

    let duration = Double(after - before) / 1e9
    if step < plan.burnIn { samples.burnIn.append(duration) } else { samples.durations.append(duration) }
    observer.finished(step: step, duration: duration)
  }
  observer.timingEnded(samples)
  return samples
}
