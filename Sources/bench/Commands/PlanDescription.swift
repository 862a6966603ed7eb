import Analysis
import Convolution
import Networks
import Terms

/// What `bench describe --plan` shows; the property names are the keys of its JSON.
struct PlanDescription: Encodable {
  let model: String
  let image_size: Int
  /// Height, width and channels of an image.
  let input: [Int]
  let batch_size: Int
  let backend: String
  let threads: Int
  let instruction_set: String
  let passes: [PassPlan]

  struct PassPlan: Encodable {
    let pass: Pass
    let groups: [Group]
  }

  /// Layers that run together.
  struct Group: Encodable {
    let name: String
    let layers: [String]
    /// Images that its output holds: the batch, or a micro-batch.
    let output_images: Int
    let saved_for_backward: [String]
    /// Why a rule that nearly matched did not, a sentence each.
    let notes: [String]
    let plans: [Plan]
  }

  struct Plan: Encodable {
    let direction: Direction
    let backend: String
    let algorithm: String
    /// The problem of one micro-batch.
    let problem: String
    let micro_batch: Int
    let workspace_bytes: Int
    let besides: [String]
    /// Why it is not the back end that was asked for.
    let refusal: String?
  }

  init(
    _ network: Network, _ layers: [Layer], _ passes: [(pass: Pass, groups: [FusedGroup])], batch: Int, backend: String,
    context: ExecutionContext
  ) {
    model = network.name
    image_size = layers[0].input.height
    input = [layers[0].input.height, layers[0].input.width, layers[0].input.channels]
    batch_size = batch
    self.backend = backend
    threads = context.pool.count
    instruction_set = context.kernels.name
    self.passes = passes.map { PassPlan(pass: $0.pass, groups: $0.groups.map(Group.init)) }
  }
}

extension PlanDescription.Group {
  init(_ group: FusedGroup) {
    name = group.name
    layers = group.names
    output_images = group.outputImages
    saved_for_backward = group.savedForBackward
    notes = group.notes
    plans = group.planLines.map { line in
      PlanDescription.Plan(
        direction: line.direction, backend: line.backend, algorithm: line.algorithm, problem: line.problem,
        micro_batch: line.microBatch, workspace_bytes: line.workspaceBytes, besides: line.besides,
        refusal: line.refusal)
    }
  }
}

extension PlanDescription {
  /// A table for each pass.
  var tables: [Table] { passes.map(table) }

  private func table(_ plan: PassPlan) -> Table {
    Table(
      "\(model) \(plan.pass.rawValue), batch \(batch_size), images of \(input.map(String.init).joined(separator: "x")): "
        + "\(backend), \(threads) thread\(threads == 1 ? "" : "s"), \(instruction_set)",
      columns: [
        .init("group"), .init("direction"), .init("back end"), .init("algorithm"),
        .init("micro-batch", .count, decimals: 0), .init("workspace", .mebibytes, decimals: 2), .init("besides"),
        .init("saved for backward"),
      ], rows: plan.groups.flatMap(rows), notes: notes(plan.groups))
  }

  /// One for each plan; what is saved stands in the forward one.
  private func rows(_ group: Group) -> [[Table.Cell]] {
    let saved = group.saved_for_backward.joined(separator: ", ")
    if group.plans.isEmpty {
      return [[.text(group.name), .missing, .missing, .missing, .missing, .missing, .text(""), .text(saved)]]
    }
    return group.plans.enumerated().map { number, plan in
      [
        .text(group.name), .text(plan.direction.description), .text(plan.backend), .text(plan.algorithm),
        .number(Double(plan.micro_batch)), .number(Double(plan.workspace_bytes)),
        .text(plan.besides.joined(separator: ", ")), .text(number == 0 ? saved : ""),
      ]
    }
  }

  /// Each sentence once, behind the groups of which it is true.
  private func notes(_ groups: [Group]) -> [String] {
    var order: [String] = []
    var names: [String: [String]] = [:]
    for group in groups {
      let refusals = group.plans.compactMap { plan in
        plan.refusal.map { "\(plan.backend) runs the \(plan.direction): \($0)" }
      }
      for sentence in refusals + group.notes {
        if names[sentence] == nil { order.append(sentence) }
        names[sentence, default: []].append(group.name)
      }
    }
    return order.map { sentence in
      let names = names[sentence]!
      let others = names.count > 3 ? " and \(names.count - 3) more" : ""
      return "\(names.prefix(3).joined(separator: ", "))\(others): \(sentence)"
    }
  }
}
