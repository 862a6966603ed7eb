import Results

/// Times several workloads in turns, a step of each in every round: A B C, C B A, A B C, ...
///
/// All see the same machine, so the ratio of two durations of one round is free of what changes from minute to minute.
/// Every workload has the same number of samples; a round that was interrupted is dropped.
///
/// - Parameters:
///   - plan: its numbers count rounds; `maxTime` is for all workloads together
///   - warmLimit: in seconds. A workload whose last step was shorter does one untimed step before the timed one,
///     because a short step would mostly measure what the other workloads left in the caches.
///   - agreement: with other processes that take the same steps; it is asked before each of them
///   - observer: is told of rounds as of steps; the duration of a round is the sum of its timed steps
/// - Returns: the samples of each workload, in the order given
package func measureInTurns(
  _ workloads: [any Workload], plan: MeasurementPlan, warmLimit: Double = 0.05, clock: some Clock,
  interruption: Interruption, agreement: StepAgreement = .alone, observer: some Observer = Observers([])
) -> [Samples] {
  precondition(!workloads.isEmpty, "there is nothing to measure")
  var samples = [Samples](repeating: Samples(), count: workloads.count)
  var last = [Double](repeating: .infinity, count: workloads.count)
  var isTiming = false
  let start = clock.nanoseconds

  rounds: while samples[0].durations.count < plan.batches {
    let elapsed = agreement.agree(clock.seconds(since: start), false).elapsed
    if !isTiming, !plan.burnsIn(done: samples[0].burnIn.count, elapsed: elapsed) {
      isTiming = true
      observer.timingBegins()
    }
    if isTiming, !plan.allowsAnother(measured: samples[0].durations.count, elapsed: elapsed) {
      for index in samples.indices { samples[index].stoppedEarly = .maxTime }
      break
    }
    let round = samples[0].burnIn.count + samples[0].durations.count
    for index in round.isMultiple(of: 2) ? Array(workloads.indices) : workloads.indices.reversed() {
      if agreement.agree(0, interruption.isRequested).isInterrupted {
        for index in samples.indices { samples[index].stoppedEarly = .interrupted }
        break rounds
      }
      if last[index] < warmLimit { workloads[index].warmUp() }
      workloads[index].stepBegins()
      let before = clock.nanoseconds
      workloads[index].step()
      let elapsed = Double(clock.nanoseconds - before) / 1e9
      last[index] = workloads[index].ownDuration ?? elapsed
      workloads[index].stepEnded()
      interruption.saw(step: last[index])
    }
    for (index, duration) in last.enumerated() {
      if isTiming { samples[index].durations.append(duration) } else { samples[index].burnIn.append(duration) }
    }
    observer.finished(step: round, duration: last.reduce(0, +))
  }
  observer.timingEnded(samples[0])
  return samples
}
