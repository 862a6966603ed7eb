import Networks
import Results
import Statistics
import Terms

extension ProfileRecord {
  /// What was asked for; the measurement is added later.
  init(_ program: Program, _ network: Network, backend: String, _ seed: UInt64, _ verification: Results.Verification) {
    self.init(
      model: network.name, pass: program.pass, batchSize: program.batch, imageSize: program.layers[0].input.height,
      backend: backend, threadCount: program.context.pool.count, seed: seed,
      instructionSet: program.context.kernels.name, verification: verification,
      flopPerStep: program.pass.flops(program.layers, batch: program.batch))
  }

  mutating func add(_ steps: ProfiledSteps, _ rows: ProfileRows) {
    durations = steps.profiled
    plainDurations = steps.plain
    (step, plainStep) = (steps.profiled.mean, steps.plain.mean)
    if let ratio = PairedRatio(steps.plain, against: steps.profiled) {
      overhead = Overhead(ratio: ratio.ratio, low: ratio.interval.lowerBound, high: ratio.interval.upperBound)
    }
    layers = rows.rows.indices.map { index in
      ProfileLayer(rows.rows[index], steps.times.map { $0.rows[index] }, threads: threadCount)
    }
    between = steps.times.map { $0.between * 1e-9 }.mean
    unattributed = zip(steps.profiled, steps.times).map { $0 - $1.duration * 1e-9 }.mean
    spansPerStep = layers.reduce(0) { $0 + $1.phases.reduce(0) { $0 + $1.calls } }
    threads = (0..<threadCount).map { thread(steps, $0) }
  }

  /// Where a thread's time of a mean step went.
  private func thread(_ steps: ProfiledSteps, _ worker: Int) -> ThreadTime {
    func mean(_ activities: ThreadActivity...) -> Double {
      steps.times.map { times in
        times.rows.reduce(0) { sum, row in
          sum + activities.reduce(0) { $0 + (row.workers[worker][$1] ?? 0) }
        } * 1e-9
      }.mean
    }
    let (preempted, starting) = (mean(.preempted), mean(.starting))
    let waiting = mean(.waiting) + preempted
    // Between operations worker 0 prepares the next one, and the others have no job.
    let idle = mean(.idle) + starting + (worker == 0 ? 0 : between + unattributed)
    return ThreadTime(
      busy: step - waiting - idle, waiting: waiting, idle: idle, preempted: preempted, starting: starting)
  }
}

extension ProfileTimeline {
  init(_ timeline: StepTimeline) {
    // Dividing by 1e9 gives the number that prints shortest; multiplying by 1e-9 often does not.
    func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }
    self.init(
      step: seconds(timeline.duration),
      threads: timeline.workers.map { slices in
        slices.map {
          Slice(
            begin: seconds($0.begin), duration: seconds($0.nanoseconds), layer: $0.row, activity: $0.activity)
        }
      })
  }
}

extension ProfileLayer {
  /// - Parameter times: of the row in each step, in nanoseconds
  fileprivate init(_ row: ProfileRows.Row, _ times: [StepTimes.Row], threads: Int) {
    let phases = ThreadActivity.allCases.compactMap { activity -> ProfilePhase? in
      let durations = times.map { ($0.activities[activity] ?? 0) * 1e-9 / Double(threads) }
      var (calls, work) = (0, (flop: 0.0, bytes: 0.0))
      if case .phase(let phase) = activity {
        calls = times.last?.calls[phase] ?? 0
        if let known = row.work[phase] { work = (known.flop, known.bytes) }
      }
      guard durations.contains(where: { $0 > 0 }) else { return nil }
      return ProfilePhase(
        name: activity, durations: durations, threads: threads, calls: calls, flop: work.flop, bytes: work.bytes)
    }
    let busy = (0..<threads).map { worker in
      times.map { $0.workers[worker].reduce(0) { $0 + ($1.key.isWork ? $1.value : 0) } * 1e-9 }.mean
    }
    let chain = row.chain
    self.init(
      name: row.layer, direction: row.phase, kind: row.kind,
      problem: chain?.description ?? row.assignments.first?.problem.description,
      backend: row.assignments.first?.backend, algorithm: row.assignments.first?.algorithm, calls: row.calls,
      durations: times.map { $0.duration * 1e-9 }, phases: phases, busy: busy, flop: row.flop,
      executedFLOP: row.executedFLOP, bytes: row.compulsoryBytes, movedBytes: row.movedBytes)
  }
}
