import Analysis
import Convolution
import Measurement
import Networks
import Results
import Tensors
import Terms

/// Measures one pass of a network on several back ends, in turns.
struct TurnsRun {
  let options: BackendsOptions
  /// The names of the back ends that were asked for; empty for all that are worth the time.
  let backends: [String]
  let network: Network
  let layers: [Layer]
  let context: ExecutionContext
  let session: Session
  /// What takes part beside the back ends.
  let plan: PinnedRun?
  let limits: MachineLimits
  /// The speed of every back end, roughly; nil where the user has named the back ends.
  let forecast: StepForecast?
  /// One check for all passes, because they share forward plans.
  let check: KernelCheck

  /// - Returns: a record for each back end, and a sentence for each that was left out; no records where the check was
  ///   interrupted.
  func run(_ pass: Pass) throws -> (records: [Record], leftOut: [String]) {
    let contenders = try Contenders(
      backends, forecast, baseline: options.baselineName, layers, pass, batch: options.batchSize,
      plan: plan, in: context, session.plugins)
    let programs = contenders.programs.map(\.program)
    let label = "\(network.name) \(pass.rawValue)"
    try checkMemory(
      programs.reduce(0) { $0 + $1.memory.totalBytes },
      for: "\(label) at batch \(options.batchSize) on \(programs.count) back ends at once",
      remedy: "Use a smaller --batch-size or choose fewer with --backend.")

    let verifications = try contenders.programs.map { backend, program, _ in
      try check.verify(program, label: "\(label) on \(backend)")
    }
    if session.interruption.isRequested { return ([], contenders.leftOut) }
    let preparing = try programs.map { try $0.makeReady(of: network, seed: 1) }
    let clock = MonotonicClock()
    let workloads = programs.map { ProgramWorkload($0, timesLayers: options.layers, clock: clock) }
    let progress = session.console.progress(label: label, unit: "round", plan: options.plan, clock: clock)
    let samples = measureInTurns(
      workloads, plan: options.plan, clock: clock, interruption: session.interruption,
      observer: Observers([progress] + workloads as [any Observer]))

    try session.plugins.checkJournals()
    let records = contenders.programs.indices.map { index in
      var record = Record(
        programs[index], network, backend: contenders.programs[index].backend, seed: 1, protocolName: Record.inTurns,
        plan: options.plan, verifications[index])
      if record.backend == BackendChoice.planned { record.plan = plan?.reference }
      record.add(samples[index], workloads[index])
      record.prepareTime = contenders.programs[index].planning + preparing[index]
      record.peakFlopRate = limits.peak
      record.memoryBandwidth = limits.bandwidth
      return record
    }
    return (records, contenders.leftOut)
  }
}
