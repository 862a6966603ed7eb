import Analysis
import Results
import Statistics
import Terms

/// What `bench tune` prints of a pass.
enum TuneTable {
  static func table(_ result: TuneRun.Result, _ key: PlanKey, _ context: Context) -> Table {
    Table(
      "\(key.model) \(result.plan.pass.rawValue), batch \(key.batchSize), image \(key.imageSize), \(key.threads) "
        + "thread\(key.threads == 1 ? "" : "s"), \(key.instructionSet): what is fastest for each layer",
      columns: [
        .init("layer"), .init("direction"), .init("chosen"), .init("time", .milliseconds, decimals: 3),
        .init("instead of"), .init("next"), .init("faster by", .times, decimals: 3),
        .init("low", .times, decimals: 3), .init("high", .times, decimals: 3), .init("rejected"),
      ],
      rows: result.outcome.decisions.map(row), notes: notes(result, context))
  }

  private static func row(_ decision: TuneDecision) -> [Table.Cell] {
    let chosen = decision.candidates[decision.chosen]
    let (second, usual) = (decision.second, decision.candidates.first(where: \.isUsual))
    let margin = second.flatMap(decision.margin)
    return [
      .text(decision.part), .text(decision.direction?.description ?? "all"), .text(chosen.label),
      .number(median(chosen.durations)),
      chosen.isUsual ? .text("") : usual.map { .text($0.label) } ?? .missing,
      second.map { .text($0.label) } ?? .missing, Table.Cell(margin?.ratio), Table.Cell(margin?.interval.lowerBound),
      Table.Cell(margin?.interval.upperBound), .text(rejected(decision)),
    ]
  }

  /// Every other candidate with its time relative to the chosen one's, and those that were no candidates.
  private static func rejected(_ decision: TuneDecision) -> String {
    let time = median(decision.candidates[decision.chosen].durations)
    let slower = decision.candidates.indices.filter { $0 != decision.chosen }.map { index in
      let other = decision.candidates[index]
      let ratio = DisplayUnit.times.format(median(other.durations) / time, decimals: 2)
      return "\(other.label): \(ratio) x"
    }
    let others = Dictionary(grouping: decision.rejected, by: \.reason).map { reason, members in
      "\(members.map(\.name).joined(separator: ", ")): \(reason)"
    }.sorted()
    return (slower + others).joined(separator: "; ")
  }

  private static func notes(_ result: TuneRun.Result, _ context: Context) -> [String] {
    [
      verdict(result),
      "Times are medians of \(result.rounds) rounds of whole steps in turns. Faster by: than the next, with its 95 % "
        + "interval. What cannot be told from the fastest, or is less than \(percent(TuningRule.tie)) slower, counts as "
        + "equal, and the usual choice comes first, then the order of `bench list`.",
    ] + result.leftOut
      + ContextWarning.circumstances(context, threads: context.machine.availableCores).map { "Warning: \($0)" }
  }

  /// How far the usual choice is from the tuned plan.
  private static func verdict(_ result: TuneRun.Result) -> String {
    guard let gain = result.gain else { return "The plan is the one that \(result.usual) has: nothing was faster." }
    let unit = DisplayUnit.time(for: result.steps[0])
    let steps = result.steps.map { unit.format($0, decimals: 2) }
    let times = "a step takes \(steps[0]) \(unit.symbol) with \(result.usual) and \(steps[1]) with these choices"
    if result.isRejected {
      return "Together the choices are no faster, so the plan is the one that \(result.usual) has: "
        + "\(times)."
    }
    let (low, high) = (percent(1 / gain.interval.upperBound), percent(1 / gain.interval.lowerBound))
    return "In whole steps, \(result.usual) reaches \(percent(1 / gain.ratio)) (\(low) to \(high)) of the tuned plan's "
      + "speed: \(times)."
  }

  private static func percent(_ share: Double) -> String { "\(DisplayUnit.perCent.format(share, decimals: 1)) %" }
}
