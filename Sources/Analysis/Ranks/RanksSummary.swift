import Results
import Statistics
import Terms

/// What the ranks of a run did together, as lines below those of rank 0.
package struct RanksSummary {
  private let ranks: [RankRecord]
  private let record: RanksRecord
  private let batch: Double

  /// Returns nil for a run of one process, or one whose ranks have no steps.
  package init?(_ record: Record) {
    guard let ranks = record.ranks, ranks.ranks.allSatisfy({ !$0.durations.isEmpty }), !ranks.ranks.isEmpty else {
      return nil
    }
    (self.ranks, self.record, batch) = (ranks.ranks, ranks, Double(record.batchSize))
  }

  /// Images a second of each step: of one rank, or of all.
  private func rates(_ rank: RankRecord) -> [Double] { rank.durations.map { batch / $0 } }

  /// The images of all ranks over the time of the slowest, step by step.
  private var totalRates: [Double] { slowest(\.durations).map { Double(ranks.count) * batch / $0 } }

  /// Images a second of all ranks at the median step.
  package var imagesPerSecond: Double { median(totalRates) }

  /// The share of the time of communication during which the ranks computed; nil where there was none.
  package var hiddenShare: Double? {
    let (inFlight, exposed) = (ranks.flatMap(\.inFlight), ranks.flatMap(\.exposed))
    let total = inFlight.reduce(0, +)
    return total > 0 ? max(0, 1 - exposed.reduce(0, +) / total) : nil
  }

  /// The step of one rank alone over that of all ranks, round by round; nil where the scaling was not measured.
  package var efficiency: Summary? { ratio(ranks[0].aloneDurations) }

  /// The same with ranks that all compute, each for itself: what communication alone costs.
  package var communicationEfficiency: Summary? {
    guard ranks.allSatisfy({ $0.separateDurations?.isEmpty == false }) else { return nil }
    return ratio(slowest { $0.separateDurations ?? [] })
  }

  /// Pairs of a name and a text.
  package var rows: [(name: String, text: String)] {
    var rows = ranks.enumerated().map { index, rank in
      ("rank \(index)", "\(rate(rates(rank))) on \(rank.host), \(Self.cores(rank.cores))")
    }
    rows.append(("ranks", "\(rate(totalRates)) in total (mean +/- 1.96 standard deviations of a step)"))
    rows.append(("gradients", communication))
    if let efficiency { rows.append(("scaling", "\(share(efficiency)) of \(ranks.count) ranks against one alone")) }
    if let communicationEfficiency {
      rows.append(("", "\(share(communicationEfficiency)) against \(ranks.count) ranks without communication"))
    }
    return rows
  }

  private var communication: String {
    let unit = DisplayUnit.memory(for: record.gradientBytes)
    var text =
      "\(unit.format(Double(record.gradientBytes), decimals: 1)) \(unit.symbol) a rank and step in "
      + "\(record.buckets.count) all-reduce\(record.buckets.count == 1 ? "" : "s"), \(record.library)"
    if let hiddenShare {
      let (inFlight, exposed) = (median(ranks.flatMap(\.inFlight)), median(ranks.flatMap(\.exposed)))
      let time = DisplayUnit.time(for: inFlight)
      text +=
        "; in flight \(time.format(inFlight, decimals: 2)), exposed \(time.format(exposed, decimals: 2)) \(time.symbol), "
        + "\(DisplayUnit.perCent.format(hiddenShare, decimals: 0)) % hidden by overlap"
    }
    return text
  }

  /// The longest of the ranks' durations, step by step.
  private func slowest(_ durations: (RankRecord) -> [Double]) -> [Double] {
    let lists = ranks.map(durations)
    let count = lists.map(\.count).min() ?? 0
    return (0..<count).map { step in lists.map { $0[step] }.max()! }
  }

  private func ratio(_ durations: [Double]?) -> Summary? {
    guard let durations else { return nil }
    return Summary(of: zip(durations, slowest(\.durations)).map { $0 / $1 })
  }

  private func rate(_ rates: [Double]) -> String {
    let welford = Welford(rates)
    return "\(DisplayUnit.count.format(welford.mean, decimals: 2)) +/- "
      + "\(DisplayUnit.count.format(1.96 * welford.populationDeviation, decimals: 2)) images/s"
  }

  private func share(_ summary: Summary) -> String {
    let unit = DisplayUnit.perCent
    let interval = summary.medianInterval
    return "efficiency \(unit.format(summary.median, decimals: 1)) % "
      + "(95 % interval \(unit.format(interval.lowerBound, decimals: 1)) to "
      + "\(unit.format(interval.upperBound, decimals: 1)), \(summary.count) rounds)"
  }

  private static func cores(_ cores: [Int]) -> String {
    cores.isEmpty ? "unknown cores" : "core\(cores.count == 1 ? "" : "s") \(coreList(cores))"
  }
}
