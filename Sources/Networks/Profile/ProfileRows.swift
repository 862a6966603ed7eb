import Convolution
import Terms

/// The rows of a program's profile: each layer or fused group in each of its directions, in the order of a step.
package struct ProfileRows: Sendable {
  package struct Row: Sendable {
    package let layer: String
    package let phase: StepPhase
    /// Dispatches in a step.
    package fileprivate(set) var calls = 0
    /// What the dispatches of a step compute and move, by phase.
    package fileprivate(set) var work: [KernelPhase: PhaseWork] = [:]
    /// The bytes of its tensors, each counted as often as an operation reads or writes it; workspaces are left out.
    package fileprivate(set) var tensorBytes = 0.0
    /// The kinds of its layers, as `bench describe` names them.
    package fileprivate(set) var kind = ""
    /// The plans behind it: one, or those of a fused group.
    package fileprivate(set) var assignments: [Assignment] = []
    package fileprivate(set) var chain: ConvolutionChain?
  }

  package private(set) var rows: [Row] = []
  /// The row of each dispatch of the schedule.
  package private(set) var rowOfDispatch: [Int] = []
  /// What the workers of each dispatch do outside of phases.
  private let activities: [KernelPhase?]

  package init(_ program: Program) {
    var index: [LayerTimer.Key: Int] = [:]
    activities = program.schedule.dispatches.map(\.operation.activity)
    for dispatch in program.schedule.dispatches {
      let operation = dispatch.operation
      let key = LayerTimer.Key(layer: operation.layer, phase: operation.phase)
      if index[key] == nil {
        index[key] = rows.count
        rows.append(Row(layer: operation.layer, phase: operation.phase))
      }
      rowOfDispatch.append(index[key]!)
      rows[index[key]!].add(operation, images: dispatch.images.count)
    }
    let groups = Dictionary(program.groups.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for number in rows.indices { rows[number].describe(groups[rows[number].layer], program) }
  }

  /// Where the time of a step went, row by row.
  package func times(_ step: RecordedStep) -> StepTimes {
    StepTimes(step, slices(step), rowOfDispatch: rowOfDispatch, rows: rows.count)
  }

  func slices(_ step: RecordedStep) -> StepSlices {
    StepSlices(step, rowOfDispatch: rowOfDispatch, activities: activities)
  }
}

extension ProfileRows.Row {
  fileprivate mutating func add(_ operation: Operation, images: Int) {
    calls += 1
    let bytes = operation.bytes(images: images)
    tensorBytes += bytes
    let plain = operation.activity.map { [$0: PhaseWork(bytes: bytes)] } ?? [:]
    work.merge(operation.work.isEmpty ? plain : operation.work, uniquingKeysWith: +)
  }

  fileprivate mutating func describe(_ group: FusedGroup?, _ program: Program) {
    let layers = program.layers
    guard let group else {
      kind = layers.first { $0.name == layer }?.kindName ?? ""
      return
    }
    chain = group.chain?.chain.with(batch: program.batch)
    kind = chain == nil ? layers[group.first].kindName : "fused block"
    guard let direction = phase.direction else { return }
    if group.expansion != nil, direction != .forward {
      // One operation computes all gradients, and counts as the filters'.
      assignments = group.assignments.filter { phase == .filterGradient && $0.request.direction != .forward }
      return
    }
    assignments = group.assignments.filter { $0.request.direction == direction }
  }

  /// FLOP of the direct algorithm for the whole batch.
  package var flop: Double { chain?.flops ?? assignments.reduce(0) { $0 + $1.problem.flops } }

  /// The bytes of its tensors, each moved once.
  package var compulsoryBytes: Double {
    if let chain { return Double(chain.compulsoryBytes) }
    return assignments.isEmpty ? tensorBytes : assignments.reduce(0) { $0 + Double($1.problem.compulsoryBytes) }
  }

  /// FLOP of the algorithm that runs; the direct one's where a plan does not say.
  package var executedFLOP: Double {
    let executed = work.values.reduce(0) { $0 + $1.flop }
    return executed > 0 ? executed : flop
  }

  package var movedBytes: Double {
    let moved = work.values.reduce(0) { $0 + $1.bytes }
    return moved > 0 ? moved : compulsoryBytes
  }
}

extension Operation {
  /// The bytes of the tensors that a dispatch for so many images reads and writes.
  fileprivate func bytes(images: Int) -> Double {
    (reads + writes).reduce(0) { sum, tensor in
      guard !tensor.name.hasSuffix("/workspace") else { return sum }
      let share = tensor.images.map { Double(min(images, $0)) / Double($0) } ?? 1
      return sum + Double(tensor.byteCount) * share
    }
  }
}
