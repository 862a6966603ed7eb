import Convolution
import Networks
import Results
import Terms

/// A way to run a whole pass: its groups and how long each of them took.
struct TuneVariant {
  let name: String
  private(set) var groups: [Group]

  /// Layers that run together.
  struct Group {
    let name: String
    let layers: [String]
    /// Convolutions and fully connected layers among them.
    let convolutions: [String]
    /// Whether one plan computes several convolutions, so that their directions are not chosen apart.
    let isWhole: Bool
    /// What runs each convolution, by name.
    let choices: [String: [Direction: PlannedLayer.Choice]]
    /// The largest workspace of a plan, in bytes.
    let workspaceBytes: Int
    /// Why a convolution does not run on the back end of the variant.
    let refusals: [Direction: String]
    /// Seconds of each round, by phase.
    var durations: [StepPhase: [Double]] = [:]

    init(
      name: String, layers: [String], convolutions: [String], isWhole: Bool,
      choices: [String: [Direction: PlannedLayer.Choice]], workspaceBytes: Int = 0, refusals: [Direction: String] = [:],
      durations: [StepPhase: [Double]] = [:]
    ) {
      (self.name, self.layers, self.convolutions, self.isWhole) = (name, layers, convolutions, isWhole)
      (self.choices, self.workspaceBytes, self.refusals) = (choices, workspaceBytes, refusals)
      self.durations = durations
    }
  }

  init(name: String, groups: [Group]) { (self.name, self.groups) = (name, groups) }

  init(_ name: String, _ program: Program) {
    self.init(name: name, groups: program.groups.map(Group.init))
  }

  /// Takes over the times of a program's layers, which stand under the name of a layer or of its group.
  mutating func add(_ times: [LayerTimer.Key: [Double]], rounds: Int) {
    var places: [String: Int] = [:]
    for (index, group) in groups.enumerated() { for name in group.layers + [group.name] { places[name] = index } }
    for (key, durations) in times {
      guard let index = places[key.layer], key.phase != .update, durations.count >= rounds else { continue }
      let sum = groups[index].durations[key.phase] ?? Array(repeating: 0, count: rounds)
      groups[index].durations[key.phase] = zip(sum, durations).map { $0 + $1 }
    }
  }
}

extension TuneVariant.Group {
  init(_ group: FusedGroup) {
    let planned = PlannedPass(.forward, [group])
    self.init(
      name: group.name, layers: group.names, convolutions: group.convolutions.map(\.name),
      isWhole: group.chain != nil || group.expansion != nil,
      choices: Dictionary(uniqueKeysWithValues: planned.layers.map { ($0.name, $0.directions) }),
      workspaceBytes: group.assignments.map(\.workspaceBytes).max() ?? 0,
      refusals: Dictionary(
        group.assignments.compactMap { assignment in
          assignment.refusal.map { (assignment.request.direction, $0) }
        }, uniquingKeysWith: { first, _ in first }))
  }

  /// What tells the group from one of other layers.
  var signature: String { layers.joined(separator: "+") + (isWhole ? " at once" : "") }

  /// Seconds of each round, all phases together.
  var total: [Double] { sum(Array(durations.values)) }

  /// What runs it in a direction, or in all where that is nil: `winograd, F(4x4,3x3)`.
  func label(_ direction: Direction?) -> String {
    var labels: [String] = []
    for name in convolutions {
      for candidate in Direction.allCases where direction == nil || candidate == direction {
        guard let choice = choices[name]?[candidate] else { continue }
        let label = "\(choice.backend), \(choice.algorithm)"
        if !labels.contains(label) { labels.append(label) }
      }
    }
    return labels.joined(separator: " / ")
  }
}

/// The sums of lists of one length, element by element; empty of none.
func sum(_ lists: [[Double]]) -> [Double] {
  guard var total = lists.first else { return [] }
  for list in lists.dropFirst() { total = zip(total, list).map { $0 + $1 } }
  return total
}
