import RealModule
import Results
import Statistics

/// What the rounds of one benchmark show, as logarithms of head's time over base's: 0.05 is about 5 % slower.
package struct GateEvidence: Equatable, Sendable {
  package let shift: Shift
  /// Whether head is slower: one-sided.
  package let slower: Double
  /// Whether it is faster.
  package let faster: Double
  /// What a difference of nothing looks like: that between two processes of base, or half the width of its 95 % interval,
  /// whichever is larger. Nil where there is one process only.
  package let noiseFloor: Double?
  /// Calm rounds, or runs of head.
  package let count: Int
  package let stage: Stage

  /// How far the measurement got.
  package enum Stage: Sendable {
    /// To the one look at half of the rounds.
    case firstLook
    /// Not as far, or further but not to the end, for lack of time.
    case stopped
    case complete
  }

  package init(
    shift: Shift, slower: Double, faster: Double, noiseFloor: Double?, count: Int, stage: Stage = .complete
  ) {
    self.shift = shift
    self.slower = slower
    self.faster = faster
    self.noiseFloor = noiseFloor
    self.count = count
    self.stage = stage
  }

  /// Of interleaved rounds: signed ranks of one difference a round.
  package init(_ rounds: [GateRound], stage: Stage = .complete) {
    let differences = rounds.map(\.difference)
    let test = RankTest.signedRank(differences)
    let noise = Shift(of: rounds.map(\.controlDifference))
    self.init(
      shift: Shift(of: differences), slower: test.greater, faster: test.less,
      noiseFloor: noise.interval.map { max(abs(noise.estimate), ($0.upperBound - $0.lowerBound) / 2) } ?? .infinity,
      count: rounds.count, stage: stage)
  }

  /// Of whole runs, at other times: Mann & Whitney on each run's median step in seconds.
  package init(baseRuns: [Double], headRuns: [Double], stage: Stage = .complete) {
    let (base, head) = (baseRuns.map { Double.log($0) }, headRuns.map { Double.log($0) })
    let test = RankTest.mannWhitney(base, head)
    self.init(
      shift: Shift(from: base, to: head), slower: test.greater, faster: test.less, noiseFloor: nil, count: head.count,
      stage: stage)
  }

  /// The smallest shift that would be found with a chance of 90 %, given how well this one is known: its estimate must
  /// exceed the bound and its p must fall below `alpha`. Nil where the interval is unknown.
  func detectable(bound: Double, alpha: Double) -> Double? {
    guard let interval = shift.interval else { return nil }
    let error = (interval.upperBound - interval.lowerBound) / (2 * NormalDistribution.quantile(0.975))
    return max(bound, error * NormalDistribution.quantile(1 - alpha)) + error * NormalDistribution.quantile(0.9)
  }
}

extension GateRound {
  /// ln(head) - ln(base), base being the mean of its two processes.
  package var difference: Double {
    let (base, control) = (Double.log(Self.typical(base)), Double.log(Self.typical(control)))
    return Double.log(Self.typical(head)) - (base + control) / 2
  }

  /// The same between the two processes of base: what a difference of nothing looks like here and now.
  package var controlDifference: Double { Double.log(Self.typical(control)) - Double.log(Self.typical(base)) }

  /// The first decile of a round's steps: what interrupts a step only makes it slower, so the fast ones tell of the code,
  /// and yet no single lucky step decides. On a machine with other load its noise is a half to a third of the median's.
  static func typical(_ durations: [Double]) -> Double { quantile(0.1, ofSorted: durations.sorted()) }
}
