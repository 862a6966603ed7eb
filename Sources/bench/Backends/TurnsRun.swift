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
  let network: Network
  let layers: [Layer]
  let context: ExecutionContext
  let console: Console
  let interruption: Interruption
  let peak: Double
  let bandwidth: Double?
  /// Where no back ends were asked for.
  let forecast: StepForecast?
  /// One for all passes, which share forward plans.
  let kernels: KernelVerification

  /// - Returns: a record for each back end, and a sentence for each that was left out.
  func run(_ pass: Pass) throws -> (records: [Record], leftOut: [String]) {
    let contenders = try Contenders(
      options.backends, forecast, reference: options.reference ?? BackendComparison.defaultReference, layers, pass,
      batch: options.batchSize, in: context)
    let programs = contenders.programs.map(\.program)
    try checkMemory(
      programs.reduce(0) { $0 + $1.memory.totalBytes },
      for: "\(network.name) \(pass.rawValue) at batch \(options.batchSize) on \(programs.count) back ends at once",
      remedy: "Use a smaller --batch-size or choose fewer with --backend.")

    console.note("\(network.name) \(pass.rawValue): comparing \(programs.count) back ends with the reference first ...")
    let verifications = try programs.map { try kernels.verify($0.assignments) }
    let preparing = try programs.map { try $0.makeReady(seed: 1) }
    let clock = MonotonicClock()
    let workloads = programs.map { ProgramWorkload($0, timesLayers: options.layers, clock: clock) }
    let progress = ProgressBar.onStandardError(
      label: "\(network.name) \(pass.rawValue)", plan: options.plan, clock: clock)
    let samples = measureInTurns(workloads, plan: options.plan, clock: clock, interruption: interruption) { rounds in
      if rounds == options.plan.burnIn { for workload in workloads { workload.timingBegins() } }
      progress?.finished(step: rounds - 1, duration: 0)
    }
    progress?.clear()

    let records = contenders.programs.indices.map { index in
      var record = Record(
        programs[index], network, backend: contenders.programs[index].backend, seed: 1, protocolName: Record.inTurns,
        plan: options.plan, verifications[index])
      record.add(samples[index], workloads[index])
      record.prepareTime = contenders.programs[index].planning + preparing[index]
      record.peakFlopRate = peak
      record.memoryBandwidth = bandwidth
      return record
    }
    return (records, contenders.leftOut)
  }
}
