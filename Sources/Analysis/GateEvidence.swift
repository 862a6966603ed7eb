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
  /// The far end of the interval of the difference between two processes of base; nil where there is one only.
  package let noiseFloor: Double?
  /// Rounds, or runs of head.
  package let count: Int

  package init(shift: Shift, slower: Double, faster: Double, noiseFloor: Double?, count: Int) {
    self.shift = shift
    self.slower = slower
    self.faster = faster
    self.noiseFloor = noiseFloor
    self.count = count
  }

  /// Of interleaved rounds: signed ranks of one difference a round.
  package init(_ rounds: [GateRound]) {
    let differences = rounds.map(\.difference)
    let test = RankTest.signedRank(differences)
    let noise = Shift(of: rounds.map(\.controlDifference)).interval
    self.init(
      shift: Shift(of: differences), slower: test.greater, faster: test.less,
      noiseFloor: noise.map { max(abs($0.lowerBound), abs($0.upperBound)) } ?? .infinity, count: rounds.count)
  }

  /// Of whole runs, at other times: Mann & Whitney on each run's median step in seconds.
  package init(baseRuns: [Double], headRuns: [Double]) {
    let (base, head) = (baseRuns.map { Double.log($0) }, headRuns.map { Double.log($0) })
    let test = RankTest.mannWhitney(base, head)
    self.init(
      shift: Shift(from: base, to: head), slower: test.greater, faster: test.less, noiseFloor: nil, count: head.count)
  }

  /// The smallest shift that would be found with a chance of 90 %, given how well this one is known: its estimate must
  /// exceed the bound and its p must fall below `alpha`. Nil where the interval is unknown.
  func detectable(bound: Double, alpha: Double) -> Double? {
    guard let interval = shift.interval else { return nil }
    let error = (interval.upperBound - interval.lowerBound) / (2 * NormalDistribution.quantile(0.975))
    return (max(bound / error, NormalDistribution.quantile(1 - alpha)) + NormalDistribution.quantile(0.9)) * error
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

  /// The lower quartile of a round's steps: whatever interrupts a step makes it slower, so the faster half tells more of
  /// the code, and one lucky step still does not decide.
  static func typical(_ durations: [Double]) -> Double { quantile(0.25, ofSorted: durations.sorted()) }
}
