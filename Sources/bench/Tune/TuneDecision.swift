import Analysis
import Results
import Statistics
import Terms

/// What was chosen for a part of a network, and what was not.
struct TuneDecision {
  /// A layer, or layers that run together.
  let part: String
  /// Nil where all directions were decided at once.
  let direction: Direction?
  /// In the order of preference: what `auto` takes first, then the order of the registry.
  let candidates: [Candidate]
  let chosen: Int
  /// What was not timed or not allowed, each with a reason.
  let rejected: [(name: String, reason: String)]

  struct Candidate {
    /// What runs, such as `winograd, F(4x4,3x3)`, or which layers run together.
    let label: String
    /// Whether it is what runs without a plan.
    let isUsual: Bool
    /// Seconds of each round.
    let durations: [Double]
  }

  /// The fastest of those that were not chosen.
  var second: Candidate? {
    candidates.indices.filter { $0 != chosen }.map { candidates[$0] }
      .min { median($0.durations) < median($1.durations) }
  }

  /// How many times faster the chosen one is than another.
  func margin(_ other: Candidate) -> PairedRatio? {
    PairedRatio(candidates[chosen].durations, against: other.durations)
  }
}

/// The decisions of a pass and the plan that follows from them.
struct TuneOutcome {
  private(set) var decisions: [TuneDecision] = []
  /// What runs each convolution.
  private(set) var choices: [String: [Direction: PlannedLayer.Choice]] = [:]
  /// The convolutions that are kept out of groups that other variants have.
  private(set) var apart: Set<String> = []

  /// Why there is no outcome.
  struct NoCandidate: Error { let part: String }

  /// - Parameters:
  ///   - variants: all measured in the same rounds; the first is what runs without a plan
  ///   - mostWorkspace: in bytes; a candidate with more is rejected
  init(_ variants: [TuneVariant], mostWorkspace: Int = .max) throws(NoCandidate) {
    for unit in TuneUnit.all(variants) { try decide(unit, variants, mostWorkspace) }
  }

  /// Decides which layers of a unit run together, and what runs each of the groups in each direction.
  ///
  /// The variants that divide the unit alike are candidates for each other's groups: their directions can be mixed. Of
  /// each division the best mix counts.
  private mutating func decide(
    _ unit: TuneUnit, _ variants: [TuneVariant], _ mostWorkspace: Int
  ) throws(NoCandidate) {
    var divisions: [Division] = []
    for (index, variant) in variants.enumerated() {
      let groups = unit.groups(of: variant)
      let signature = groups.map(\.signature).joined(separator: " | ")
      if let place = divisions.firstIndex(where: { $0.signature == signature }) {
        divisions[place].members.append((variant.name, groups, index == 0))
      } else {
        divisions.append(Division(signature: signature, members: [(variant.name, groups, index == 0)]))
      }
    }
    let solved = divisions.compactMap { $0.solve(mostWorkspace) }
    guard !solved.isEmpty else { throw NoCandidate(part: divisions[0].members[0].groups[0].name) }
    // A dropout of a forward pass does nothing.
    if solved.contains(where: { $0.durations.isEmpty }) { return }
    let best = TuningRule.choose(solved.map(\.durations))
    let solution = solved[best]
    let fewest = solved.map(\.groupCount).min()!
    if solved.count > 1 {
      decisions.append(
        TuneDecision(
          part: unit.groups(of: variants[0]).map(\.name).joined(separator: ", "), direction: nil,
          candidates: solved.map {
            .init(
              label: "\($0.groupCount == fewest ? "together" : "apart"): \($0.labels.joined(separator: " / "))",
              isUsual: $0.isUsual, durations: $0.durations)
          }, chosen: best, rejected: []))
    }
    // What the division says already is no decision of its own.
    decisions += solution.decisions.filter { solved.count == 1 || $0.direction != nil || $0.candidates.count > 1 }
    choices.merge(solution.choices) { _, new in new }
    if solution.groupCount > fewest { apart.formUnion(solution.choices.keys) }
  }
}

/// One way to divide a unit into groups, and the variants that divide it so.
private struct Division {
  let signature: String
  var members: [(name: String, groups: [TuneVariant.Group], isUsual: Bool)]

  struct Solution {
    let isUsual: Bool
    let groupCount: Int
    var durations: [Double] = []
    /// What runs the groups, each once.
    var labels: [String] = []
    var decisions: [TuneDecision] = []
    var choices: [String: [Direction: PlannedLayer.Choice]] = [:]
  }

  /// The best mix of the members; nil where none is allowed for one of the groups.
  func solve(_ mostWorkspace: Int) -> Solution? {
    var solution = Solution(
      isUsual: members.contains(where: \.isUsual), groupCount: members[0].groups.count)
    for place in members[0].groups.indices {
      let allowed = members.filter { $0.groups[place].workspaceBytes <= mostWorkspace }
      guard !allowed.isEmpty else { return nil }
      let rejected = members.filter { $0.groups[place].workspaceBytes > mostWorkspace }.map { member in
        (member.name, "a workspace of \(member.groups[place].workspaceBytes >> 20) MiB")
      }
      let group = members[0].groups[place]
      if group.isWhole || group.convolutions.isEmpty {
        add(place, nil, allowed, rejected, to: &solution)
      } else {
        for phase in StepPhase.allCases where allowed.contains(where: { $0.groups[place].durations[phase] != nil }) {
          add(place, phase.direction, allowed, rejected, to: &solution)
        }
      }
    }
    return solution
  }

  /// Decides one direction of a group, or all at once, and adds it to the solution.
  private func add(
    _ place: Int, _ direction: Direction?,
    _ allowed: [(name: String, groups: [TuneVariant.Group], isUsual: Bool)], _ rejected: [(String, String)],
    to solution: inout Solution
  ) {
    var (candidates, owners, rejected) = ([TuneDecision.Candidate](), [Int](), rejected)
    for (index, member) in allowed.enumerated() {
      let group = member.groups[place]
      if let direction, let reason = group.refusals[direction] { rejected.append((member.name, reason)) }
      let durations = direction.map { group.durations[StepPhase($0)] ?? [] } ?? group.total
      // A variant whose back end refuses, or that has the same choice here, is no candidate of its own.
      guard !durations.isEmpty, !candidates.contains(where: { $0.label == group.label(direction) }) else { continue }
      candidates.append(.init(label: group.label(direction), isUsual: member.isUsual, durations: durations))
      owners.append(index)
    }
    guard !candidates.isEmpty else { return }
    let chosen = TuningRule.choose(candidates.map(\.durations))
    let group = allowed[owners[chosen]].groups[place]
    solution.durations = sum([solution.durations, candidates[chosen].durations].filter { !$0.isEmpty })
    for name in group.convolutions {
      for (candidate, choice) in group.choices[name] ?? [:] where direction == nil || candidate == direction {
        solution.choices[name, default: [:]][candidate] = choice
      }
    }
    guard !group.convolutions.isEmpty else { return }
    let label = candidates[chosen].label
    if !solution.labels.contains(label) { solution.labels.append(label) }
    solution.decisions.append(
      TuneDecision(
        part: group.name, direction: direction, candidates: candidates, chosen: chosen, rejected: rejected))
  }
}
