import Convolution
import Measurement
import Networks
import Results
import Terms

/// Plans, checks and measures one pass of a network.
struct PassRun {
  let options: RunOptions
  let network: Network
  let layers: [Layer]
  /// nil for random ones.
  let images: InputImages?
  let context: ExecutionContext
  let choice: BackendChoice
  let console: Console
  let interruption: Interruption
  /// One for all passes, which follow each other in the profile.
  let profiler: CPUProfiler?
  /// One for all passes, which share forward plans.
  let kernels: KernelVerification

  /// - Returns: the record of what was measured.
  /// - Throws: `Failure` where the pass cannot be run.
  func run(_ pass: Pass, peak: Double, bandwidth: Double?) throws -> Record {
    let clock = MonotonicClock()
    _ = PeakMemory.reset()
    let (program, planning): (Program, Double)
    do {
      (program, planning) = try timed {
        try Program(layers, pass: pass, batch: options.batchSize, choice: choice, in: context, seed: options.seed)
      }
    } catch { throw Failure.usage("\(error)") }
    try checkMemory(
      program.memory.totalBytes, for: "\(network.name) \(pass.rawValue) at batch \(options.batchSize)",
      remedy: "Use a smaller --batch-size.")

    let verification =
      options.noVerify
      ? Results.Verification.skipped
      : try kernels.verify(program.assignments)

    let preparing = try program.makeReady(seed: options.seed)
    images?.fill(program)

    let workload = ProgramWorkload(program, timesLayers: options.layers, clock: clock)
    let samples = measure(
      workload, plan: options.plan, clock: clock, interruption: interruption,
      observer: observers(for: pass, workload, clock))
    var record = Record(
      program, network, backend: options.compute.backend, seed: options.seed,
      protocolName: options.protocol.rawValue, plan: options.plan, verification)
    record.add(samples, workload)
    record.prepareTime = planning + preparing
    record.peakFlopRate = peak
    record.memoryBandwidth = bandwidth
    record.peakResidentBytes = PeakMemory.residentBytes()
    record.hugePageBytes = HugePages.residentBytes()
    return record
  }

  private func observers(
    for pass: Pass, _ workload: ProgramWorkload, _ clock: MonotonicClock
  ) -> Observers {
    let kind = pass
    var observers: [any Observer] = []
    let progress = ProgressBar.onStandardError(
      label: "\(network.name) \(pass.rawValue)", plan: options.plan, clock: clock)
    if options.format == .text {
      observers.append(
        ClassicLines(options.protocol, pass: kind, burnIn: options.burnIn, clock: clock) { line in
          progress?.clear()
          console.print(line)
        })
    }
    if let progress { observers.append(progress) }
    observers.append(workload)
    if let profiler { observers.append(profiler) }
    return Observers(observers)
  }
}

/// Refuses what cannot fit before any of it is allocated: the system would kill the process half-way.
func checkMemory(_ bytes: Int, for subject: String, remedy: String) throws {
  guard let available = AvailableMemory.bytes(), bytes > available else { return }
  throw Failure.failed("\(subject) needs \(bytes >> 20) MiB; \(available >> 20) MiB are available. \(remedy)")
}
