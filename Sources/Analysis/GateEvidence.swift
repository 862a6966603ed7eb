import RealModule
import Results
import Statistics

/// The statistics of one benchmark's rounds. Differences are logarithms of head's time over base's: 0.05 is about 5 %
/// slower.
package struct GateEvidence: Equatable, Sendable {
  package let shift: Shift
  /// The one-sided p-value of the test that head is slower.
  package let slower: Double
  /// The one-sided p-value of the test that head is faster.
  package let faster: Double
  /// The difference between two processes of base, or half the width of its 95 % interval, whichever is larger. Nil
  /// where base has one process only.
  package let noiseFloor: Double?
  /// The number of calm rounds, or of runs of head.
  package let count: Int
  package let stage: Stage

  /// How far the measurement has got.
  package enum Stage: Sendable {
    /// It has reached the one look at half of the rounds.
    case firstLook
    /// Time was over before that look, or between it and the end.
    case stopped
    /// It has all rounds.
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

  /// Makes the evidence of interleaved rounds, by the signed ranks of one difference per round.
  package init(_ rounds: [GateRound], stage: Stage = .complete) {
    let differences = rounds.map(\.difference)
    let test = RankTest.signedRank(differences)
    let noise = Shift(of: rounds.map(\.controlDifference))
    self.init(
      shift: Shift(of: differences), slower: test.greater, faster: test.less,
      noiseFloor: noise.interval.map { max(abs(noise.estimate), ($0.upperBound - $0.lowerBound) / 2) } ?? .infinity,
      count: rounds.count, stage: stage)
  }

  /// Makes the evidence of whole runs at different times, by the test of Mann & Whitney on the runs' median steps in
  /// seconds.
  package init(baseRuns: [Double], headRuns: [Double], stage: Stage = .complete) {
    let (base, head) = (baseRuns.map { Double.log($0) }, headRuns.map { Double.log($0) })
    let test = RankTest.mannWhitney(base, head)
    self.init(
      shift: Shift(from: base, to: head), slower: test.greater, faster: test.less, noiseFloor: nil, count: head.count,
      stage: stage)
  }

  /// The smallest shift that would be found with a probability of 90 %, given the width of this one's interval: its
  /// estimate must exceed the bound and its p-value must fall below `alpha`. Nil where the interval is unknown.
  func detectable(bound: Double, alpha: Double) -> Double? {
    guard let interval = shift.interval else { return nil }
    let error = (interval.upperBound - interval.lowerBound) / (2 * NormalDistribution.quantile(0.975))
    return max(bound, error * NormalDistribution.quantile(1 - alpha)) + error * NormalDistribution.quantile(0.9)
  }
}

extension GateRound {
  /// ln(head) - ln(base), where ln(base) is the mean of both processes of base.
  package var difference: Double {
    let (base, control) = (Double.log(Self.typical(base)), Double.log(Self.typical(control)))
    return Double.log(Self.typical(head)) - (base + control) / 2
  }

  /// ln(control) - ln(base): the difference between two processes of the same program.
  package var controlDifference: Double { Double.log(Self.typical(control)) - Double.log(Self.typical(base)) }

  /// The first decile of a round's steps. Interruptions only make steps slower, so the fast ones represent the code,
  /// and a decile does not depend on a single lucky step. On a machine with other load its noise is a half to a third
  /// of the median's.
  static func typical(_ durations: [Double]) -> Double { quantile(0.1, ofSorted: durations.sorted()) }
}
