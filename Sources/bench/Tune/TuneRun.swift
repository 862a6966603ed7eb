import Analysis
import Convolution
import Measurement
import Networks
import Results
import Statistics
import Terms

/// Tunes one pass of a network.
///
/// Every variant is a program of the whole network, and a round times a step of each, layer by layer. So a layer finds
/// in the caches what its neighbours leave there, at the speed of a machine that all variants share, and one round
/// serves the choices of all layers. What the choices make together is then measured once more, as steps in turns with
/// those of the usual plan.
struct TuneRun {
  let options: TuneOptions
  let network: Network
  let layers: [Layer]
  let context: ExecutionContext
  let session: Session
  let forecast: StepForecast
  let check: KernelCheck

  /// The plan of a pass and how it was found.
  struct Result {
    let plan: PlannedPass
    let outcome: TuneOutcome
    let rounds: Int
    /// How many times faster the tuned plan is than the usual one; nil where they are the same.
    let gain: PairedRatio?
    /// The name of the usual choice.
    let usual: String
    /// Median seconds of a step: usual and, where it is another, tuned.
    let steps: [Double]
    /// Whether the tuned choices together were slower, so that the plan is the usual one.
    let isRejected: Bool
    let leftOut: [String]
  }

  /// Steps of each variant before the timed ones, and the most rounds.
  private static let (burnIn, rounds) = (2, 30)
  /// The share of the time in which variants are compared; the rest is for the tuned plan against the usual one.
  private static let shareOfVariants = 0.7

  private var batch: Int { options.batch.batchSize }

  /// - Returns: nil where the user interrupted
  func run(_ pass: Pass) throws -> Result? {
    let label = "\(network.name) \(pass.rawValue)"
    var found = try TuneVariants(layers, pass, batch: batch, isExact: options.exact, forecast, in: context)
    guard let variants = try measured(found.programs, label) else { return nil }
    let assignments = found.programs[0].program.assignments
    found.release()
    let outcome: TuneOutcome
    do throws(TuneOutcome.NoCandidate) {
      outcome = try TuneOutcome(variants, mostWorkspace: options.maxWorkspace.map { $0 << 20 } ?? .max)
    } catch {
      throw Failure.usage(
        "No back end runs \(error.part) with a workspace of \(options.maxWorkspace!) MiB; use a larger "
          + "--max-workspace.")
    }
    let rounds = variants[0].groups.compactMap { $0.durations.values.first?.count }.first ?? 0

    let usual = try program(pass, choice(assignments, outcome: nil))
    let tuned = try program(pass, choice(assignments, outcome: outcome))
    let (usualPlan, plan) = (
      PlannedPass(pass, usual.groups), PlannedPass(pass, tuned.groups, apart: outcome.apart)
    )
    let leftOut = found.leftOut
    func result(_ plan: PlannedPass, _ gain: PairedRatio?, _ steps: [Double], isRejected: Bool) -> Result {
      Result(
        plan: plan, outcome: outcome, rounds: rounds, gain: gain, usual: variants[0].name, steps: steps,
        isRejected: isRejected, leftOut: leftOut)
    }
    if plan == usualPlan { return result(plan, nil, [], isRejected: false) }
    guard let samples = try compared(usual, tuned, "\(label): the tuned plan beside the usual one") else { return nil }
    let gain = PairedRatio(samples[1], against: samples[0])
    // A layer that runs otherwise also changes what the next one finds in the caches.
    let isSlower = gain.map { $0.ratio < 1 } ?? false
    return result(isSlower ? usualPlan : plan, gain, samples.map { median($0) }, isRejected: isSlower)
  }

  /// What runs without a plan, with the decisions of an outcome in its place.
  private func choice(_ usual: [Assignment], outcome: TuneOutcome?) -> BackendChoice {
    var pinned = PinnedPlan()
    for assignment in usual {
      let choice = outcome?.choices[assignment.layer]?[assignment.request.direction]?.backend ?? assignment.backend
      pinned.pin(assignment.layer, assignment.request.direction, on: Backends.named(choice)!)
    }
    for layer in outcome?.apart ?? [] { pinned.runApart(layer) }
    return BackendChoice(pinned)
  }

  private func program(_ pass: Pass, _ choice: BackendChoice) throws -> Program {
    do { return try Program(layers, pass: pass, batch: batch, choice: choice, in: context, seed: 1) } catch {
      throw Failure.failed("\(error)")
    }
  }

  /// The variants with the times of their layers, once their kernels are verified; nil where the user interrupted.
  private func measured(_ programs: [(name: String, program: Program)], _ label: String) throws -> [TuneVariant]? {
    try checkMemory(
      programs.reduce(0) { $0 + $1.program.memory.totalBytes },
      for: "\(label) at batch \(batch) in \(programs.count) variants at once", remedy: "Use a smaller --batch-size.")
    for (name, program) in programs { _ = try check.verify(program, label: "\(label), \(name)") }
    if session.interruption.isRequested { return nil }
    for (_, program) in programs { _ = try program.makeReady(of: network, seed: 1) }
    let clock = MonotonicClock()
    let workloads = programs.map { ProgramWorkload($0.program, timesLayers: true, clock: clock) }
    let plan = MeasurementPlan(
      burnIn: Self.burnIn, batches: Self.rounds, maxTime: Self.shareOfVariants * options.maxTime)
    let progress = session.console.progress(label: label, unit: "round", plan: plan, clock: clock)
    let samples = measureInTurns(
      workloads, plan: plan, clock: clock, interruption: session.interruption,
      observer: Observers([progress] + workloads as [any Observer]))
    let rounds = samples[0].durations.count
    guard rounds >= MeasurementPlan.fewestBatches else { return nil }
    return zip(programs, workloads).map { program, workload in
      var variant = TuneVariant(program.name, program.program)
      variant.add(workload.layerDurations ?? [:], rounds: rounds)
      return variant
    }
  }

  /// The durations of two programs' steps, in turns; nil where the user interrupted.
  private func compared(_ usual: Program, _ tuned: Program, _ label: String) throws -> [[Double]]? {
    for program in [usual, tuned] {
      _ = try check.verify(program, label: label)
      if session.interruption.isRequested { return nil }
      _ = try program.makeReady(of: network, seed: 1)
    }
    let clock = MonotonicClock()
    let plan = MeasurementPlan(
      burnIn: Self.burnIn, batches: Self.rounds, maxTime: (1 - Self.shareOfVariants) * options.maxTime)
    let workloads = [usual, tuned].map { ProgramWorkload($0, timesLayers: false, clock: clock) }
    let progress = session.console.progress(label: label, unit: "round", plan: plan, clock: clock)
    let samples = measureInTurns(
      workloads, plan: plan, clock: clock, interruption: session.interruption, observer: progress)
    guard samples[0].durations.count >= MeasurementPlan.fewestBatches else { return nil }
    return samples.map(\.durations)
  }
}
