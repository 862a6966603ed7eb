import Results
import Terms
import Testing

@testable import bench

/// What a tuning decides from the times of layers. Nothing runs.
@Suite struct TuneDecisionTests {
  private typealias Group = TuneVariant.Group

  /// A group of one convolution that takes so many seconds in each direction.
  private func group(
    _ name: String, with others: [String] = [], _ backend: String, _ seconds: [Direction: Double], workspace: Int = 0,
    refusals: [Direction: String] = [:]
  ) -> Group {
    Group(
      name: name, layers: [name] + others, convolutions: [name], isWhole: false,
      choices: [
        name: seconds.mapValues { _ in PlannedLayer.Choice(backend: backend, algorithm: "a", microBatch: 1) }
      ], workspaceBytes: workspace, refusals: refusals,
      durations: Dictionary(uniqueKeysWithValues: seconds.map { (StepPhase($0), rounds($1)) }))
  }

  private func layer(_ name: String, _ seconds: Double) -> Group {
    Group(
      name: name, layers: [name], convolutions: [], isWhole: false, choices: [:],
      durations: [.forward: rounds(seconds)])
  }

  /// Rounds of a machine that slows down, equally for all.
  private func rounds(_ seconds: Double) -> [Double] { (0..<12).map { seconds * (1 + 0.03 * Double($0)) } }

  private func backends(_ outcome: TuneOutcome, _ layer: String) -> [Direction: String] {
    outcome.choices[layer]?.mapValues(\.backend) ?? [:]
  }

  @Test func eachDirectionHasItsFastest() throws {
    let outcome = try TuneOutcome([
      TuneVariant(name: "auto", groups: [group("conv", "a", [.forward: 1, .filterGradient: 2])]),
      TuneVariant(name: "b", groups: [group("conv", "b", [.forward: 2, .filterGradient: 1])]),
    ])
    #expect(backends(outcome, "conv") == [.forward: "a", .filterGradient: "b"])
    #expect(outcome.decisions.map(\.direction) == [.forward, .filterGradient] && outcome.apart.isEmpty)
    #expect(outcome.decisions.map(\.chosen) == [0, 1])
    let margin = try #require(outcome.decisions[1].second.flatMap(outcome.decisions[1].margin))
    #expect(abs(margin.ratio - 2) < 1e-9)
  }

  /// Less than the tie in front, or within the noise, the order of the variants decides.
  @Test func tiesGoToTheUsualChoice() throws {
    for faster in [0.995, 1, 1.2] {
      let outcome = try TuneOutcome([
        TuneVariant(name: "auto", groups: [group("conv", "a", [.forward: 1])]),
        TuneVariant(name: "b", groups: [group("conv", "b", [.forward: faster])]),
      ])
      #expect(backends(outcome, "conv") == [.forward: "a"])
    }
    var noisy = group("conv", "b", [.forward: 1])
    noisy.durations[.forward] = (0..<12).map { $0.isMultiple(of: 2) ? 0.7 : 1.3 * (1 + 0.03 * Double($0)) }
    let outcome = try TuneOutcome([
      TuneVariant(name: "auto", groups: [group("conv", "a", [.forward: 1])]),
      TuneVariant(name: "b", groups: [noisy]),
    ])
    #expect(backends(outcome, "conv") == [.forward: "a"])
  }

  /// The time of a pool by itself counts for those who do not compute it on the way.
  @Test func layersThatRunTogetherAreDecidedTogether() throws {
    func outcome(pool: Double) throws -> TuneOutcome {
      try TuneOutcome([
        TuneVariant(name: "auto", groups: [group("conv", with: ["pool"], "a", [.forward: 1.0])]),
        TuneVariant(name: "b", groups: [group("conv", "b", [.forward: 0.7]), layer("pool", pool)]),
        TuneVariant(name: "c", groups: [group("conv", "c", [.forward: 0.8]), layer("pool", pool)]),
      ])
    }
    let together = try outcome(pool: 0.5)
    #expect(backends(together, "conv") == [.forward: "a"] && together.apart.isEmpty)
    let apart = try outcome(pool: 0.1)
    #expect(backends(apart, "conv") == [.forward: "b"] && apart.apart == ["conv"])
    #expect(apart.decisions[0].candidates.map(\.label) == ["together: a, a", "apart: b, a"])
  }

  @Test func oneWholePlanIsNotMixed() throws {
    var whole = group("block", with: ["next"], "a", [.forward: 1, .filterGradient: 1])
    whole = Group(
      name: whole.name, layers: whole.layers, convolutions: whole.convolutions, isWhole: true, choices: whole.choices,
      durations: whole.durations)
    let outcome = try TuneOutcome([
      TuneVariant(name: "auto", groups: [whole]),
      TuneVariant(
        name: "b",
        groups: [
          group("block", "b", [.forward: 0.1, .filterGradient: 5]), group("next", "b", [.forward: 0.1]),
        ]),
    ])
    #expect(backends(outcome, "block") == [.forward: "a", .filterGradient: "a"])
  }

  @Test func largeWorkspacesAreRejected() throws {
    let variants = [
      TuneVariant(name: "auto", groups: [group("conv", "a", [.forward: 1], workspace: 64 << 20)]),
      TuneVariant(name: "b", groups: [group("conv", "b", [.forward: 2], workspace: 1 << 20)]),
    ]
    #expect(backends(try TuneOutcome(variants), "conv") == [.forward: "a"])
    let outcome = try TuneOutcome(variants, mostWorkspace: 16 << 20)
    #expect(backends(outcome, "conv") == [.forward: "b"])
    #expect(outcome.decisions[0].rejected.map(\.reason) == ["a workspace of 64 MiB"])
    #expect(throws: TuneOutcome.NoCandidate.self) { try TuneOutcome(variants, mostWorkspace: 0) }
  }

  /// A back end that refuses a layer runs what the usual choice runs, which is no candidate of its own.
  @Test func refusalsAreReasons() throws {
    let outcome = try TuneOutcome([
      TuneVariant(name: "auto", groups: [group("conv", "a", [.forward: 1])]),
      TuneVariant(name: "b", groups: [group("conv", "a", [.forward: 0.5], refusals: [.forward: "It has stride 2."])]),
    ])
    #expect(outcome.decisions[0].candidates.count == 1)
    #expect(outcome.decisions[0].rejected.map(\.reason) == ["It has stride 2."])
  }

  @Test func layersThatDoNothingAreNotDecided() throws {
    let dropout = Group(name: "dropout", layers: ["dropout"], convolutions: [], isWhole: false, choices: [:])
    let outcome = try TuneOutcome([
      TuneVariant(name: "auto", groups: [group("conv", "a", [.forward: 1]), dropout]),
      TuneVariant(name: "b", groups: [group("conv", "b", [.forward: 2]), dropout]),
    ])
    #expect(outcome.decisions.map(\.part) == ["conv"])
  }

  @Test func unitsAreJoinedByAnyVariant() {
    let one = TuneVariant(name: "a", groups: [layer("1", 1), layer("2", 1), layer("3", 1), layer("4", 1)])
    let two = TuneVariant(
      name: "b",
      groups: [
        layer("1", 1), Group(name: "2", layers: ["2", "3"], convolutions: [], isWhole: false, choices: [:]),
        layer("4", 1),
      ])
    #expect(TuneUnit.all([one, two]).map(\.layers) == [["1"], ["2", "3"], ["4"]])
  }
}
