import Results

/// Times several workloads in turns, a step of each in every round: A B C, C B A, A B C, ...
///
/// All see the same machine, so the ratio of two durations of one round is free of what changes from minute to minute.
/// Every workload has the same number of samples; a round that was interrupted is dropped.
///
/// - Parameters:
///   - plan: `burnIn` and `batches` count rounds; `maxTime` is for all workloads together
///   - warmLimit: in seconds. A workload whose last step was shorter does one untimed step before the timed one, for it
///     would mostly measure what the others left in the caches.
///   - finished: told after each round how many are done, burn-in included
/// - Returns: the samples of each workload, in the order given
package func measureInTurns(
  _ workloads: [any Workload], plan: MeasurementPlan, warmLimit: Double = 0.05, clock: some Clock,
  interruption: Interruption, finished: (Int) -> Void = { _ in }
) -> [Samples] {
  precondition(!workloads.isEmpty, "there is nothing to measure")
  var samples = [Samples](repeating: Samples(), count: workloads.count)
  var last = [Double](repeating: .infinity, count: workloads.count)
  let start = clock.nanoseconds

  for round in 0..<plan.burnIn + plan.batches {
    if !plan.allowsAnother(measured: samples[0].durations.count, elapsed: clock.seconds(since: start)) {
      for index in samples.indices { samples[index].stoppedEarly = .maxTime }
      break
    }
    for index in round.isMultiple(of: 2) ? Array(workloads.indices) : workloads.indices.reversed() {
      if interruption.isRequested {
        for index in samples.indices { samples[index].stoppedEarly = .interrupted }
        return samples
      }
      if last[index] < warmLimit { workloads[index].warmUp() }
      let before = clock.nanoseconds
      workloads[index].step()
      last[index] = Double(clock.nanoseconds - before) / 1e9
    }
    for (index, duration) in last.enumerated() {
      if round < plan.burnIn {
        samples[index].burnIn.append(duration)
      } else {
        samples[index].durations.append(duration)
      }
    }
    finished(round + 1)
  }
  return samples
}
