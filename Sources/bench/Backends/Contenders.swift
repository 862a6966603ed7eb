import Convolution
import Networks
import Terms

/// The back ends that take part in a comparison, and the reasons why others do not.
struct Contenders {
  private(set) var programs: [(backend: String, program: Program, planning: Double)] = []
  /// A sentence for each back end that was left out.
  private(set) var leftOut: [String] = []

  /// - Parameters:
  ///   - asked: the names that the user gave; empty for all that are worth the time
  ///   - forecast: tells which ones are; needed only where `asked` is empty
  ///   - plan: takes part as a back end of its own
  ///   - baseline: takes part however slow it is
  /// - Throws: `Failure` where one that was asked for cannot take part.
  init(
    _ asked: [String], _ forecast: StepForecast?, baseline: String, _ layers: [Layer], _ pass: Pass, batch: Int,
    plan: PinnedRun? = nil, in context: ExecutionContext, _ plugins: Plugins
  ) throws {
    if let choice = plan?.choice(pass) {
      let (program, planning) = try timed {
        do { return try Program(layers, pass: pass, batch: batch, choice: choice, in: context, seed: 1) } catch {
          throw Failure.failed("\(error)")
        }
      }
      programs.append((choice.requested, program, planning))
    }
    let names = asked.isEmpty ? [BackendChoice.automatic] + Backends.all.map(\.name) : asked
    let tooSlow = forecast?.reasons(against: names, flops: pass.flops(layers, batch: batch)) ?? [:]
    for name in names {
      if asked.isEmpty, let backend = Backends.named(name) {
        if let reason = backend.reasonUnavailable {
          leftOut.append("\(name) cannot run here: \(reason)")
          continue
        }
        if name != baseline, let reason = tooSlow[name] {
          leftOut.append("\(name) is left out: \(reason)")
          continue
        }
      }
      do {
        let (program, planning) = try timed {
          try Program(
            layers, pass: pass, batch: batch, choice: BackendChoice(name, others: plugins.backends), in: context,
            seed: 1)
        }
        let ranItself = name == BackendChoice.automatic || program.assignments.contains { $0.backend == name }
        if asked.isEmpty, name != baseline, !ranItself {
          leftOut.append("\(name) is left out: it can run none of these layers.")
        } else {
          programs.append((name, program, planning))
        }
      } catch { throw Failure.usage("\(error)") }
    }
  }
}
