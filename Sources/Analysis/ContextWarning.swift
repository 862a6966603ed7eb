import Results

/// A reason in the circumstances of a run not to trust its durations.
package enum ContextWarning: Equatable, Sendable, CustomStringConvertible {
  case notVerified
  case ranksShareCores
  case interrupted(measured: Int, requested: Int)
  case unoptimisedBuild
  /// - coreType: the value of `OPENBLAS_CORETYPE`
  case forcedBLASCore(coreType: String)
  case unknownGovernor
  case slowGovernor(String)
  /// - cores: how many were busy with other processes, on average during the run
  case load(cores: Double)
  /// - share: the part of the machine's processor time that the hypervisor took
  case steal(share: Double)
  case moreThreadsThanCores(threads: Int, cores: Int)
  /// - count: the pages that were read from a disk during the run
  case majorPageFaults(count: Int)
  /// - change: relative, from before the run until after it
  case clockChanged(change: Double)

  /// Other processes may use this share of the cores without a warning.
  static let loadShare = 0.05
  /// The hypervisor may take this share of the time without a warning.
  static let stealShare = 0.01
  /// The clock may change by this share, up or down, without a warning.
  static let clockChange = 0.02

  package var description: String {
    switch self {
    case .notVerified:
      "The kernels were not verified before they were timed; leave out --no-verify."
    case .ranksShareCores:
      "Ranks shared cores (--share-cores), so the times say nothing about the machine."
    case .interrupted(let measured, let requested):
      "Only \(measured) of \(requested) batches were measured, because the run was interrupted."
    case .unoptimisedBuild:
      "The timed code was built without optimisation; build it with the package's own flags and repeat."
    case .forcedBLASCore(let coreType):
      "OPENBLAS_CORETYPE forces OpenBLAS to its \(coreType) kernels; unset it to have them chosen for this processor."
    case .unknownGovernor:
      "The frequency governor is unknown, as in most virtual machines; the clock may have varied."
    case .slowGovernor(let governor):
      "The frequency governor is '\(governor)'; set it to 'performance' for steady clocks."
    case .load(let cores):
      "Other processes kept \(DisplayUnit.count.format(cores, decimals: 2)) cores busy during the run; stop them and repeat."
    case .steal(let share):
      "The hypervisor took \(DisplayUnit.perCent.format(share, decimals: 1)) % of the processor time; "
        + "repeat on a quieter machine."
    case .moreThreadsThanCores(let threads, let cores):
      "\(threads) threads share \(cores) core\(cores == 1 ? "" : "s"); lower --threads."
    case .majorPageFaults(let count):
      "\(count) pages came from a disk during the run; memory may be short."
    case .clockChanged(let change):
      "The clock was \(DisplayUnit.perCent.format(abs(change), decimals: 1)) % \(change < 0 ? "slower" : "faster") after "
        + "the run than before it; let the processor reach a steady clock and repeat."
    }
  }

  package static func all(_ record: Record, _ context: Context) -> [ContextWarning] {
    var warnings: [ContextWarning] = []
    if record.verification.outcome == .skipped { warnings.append(.notVerified) }
    if record.ranks?.sharesCores == true { warnings.append(.ranksShareCores) }
    // A pass that --max-time has ended is whole: it has the steps that its statistics need.
    if record.stoppedEarly == .interrupted {
      warnings.append(.interrupted(measured: record.durations.count, requested: record.requestedBatches))
    }
    let others = circumstances(context, threads: record.threads)
    // The other ranks of a host are other processes, which keep cores busy as they should.
    return warnings + others.filter { if case .load = $0 { record.ranks == nil } else { true } }
  }

  /// The warnings that do not depend on what was measured.
  package static func circumstances(_ context: Context, threads: Int) -> [ContextWarning] {
    var warnings: [ContextWarning] = []
    if !context.build.timedCodeIsOptimised { warnings.append(.unoptimisedBuild) }
    if let coreType = context.environment["OPENBLAS_CORETYPE"] {
      warnings.append(.forcedBLASCore(coreType: coreType))
    }
    switch context.machine.governor {
    case "performance": break
    case "unknown": warnings.append(.unknownGovernor)
    case let governor: warnings.append(.slowGovernor(governor))
    }
    if threads > context.machine.availableCores {
      warnings.append(.moreThreadsThanCores(threads: threads, cores: context.machine.availableCores))
    }
    if let activity = context.activity { warnings += all(activity, context.machine) }
    if let change = context.clockFrequencies?.change, abs(change) > clockChange {
      warnings.append(.clockChanged(change: change))
    }
    return warnings
  }

  private static func all(_ activity: Activity, _ machine: Machine) -> [ContextWarning] {
    guard activity.elapsed > 0 else { return [] }
    var warnings: [ContextWarning] = []
    let busy = (activity.othersCPUTime ?? 0) / activity.elapsed
    if busy > loadShare * Double(machine.availableCores) { warnings.append(.load(cores: busy)) }
    let stolen =
      (activity.stolenCPUTime ?? 0) / (activity.elapsed * Double(machine.logicalCores ?? machine.availableCores))
    if stolen > stealShare { warnings.append(.steal(share: stolen)) }
    // The start of any program reads some pages.
    if activity.majorPageFaults > 100 { warnings.append(.majorPageFaults(count: activity.majorPageFaults)) }
    return warnings
  }
}
