/// When each tensor of a sequence of instructions is in use.
struct Lifetimes {
  /// Transient tensors in order of first use.
  private(set) var transient: [Tensor] = []
  private(set) var requests: [MemoryPlan.Request] = []
  private var persistentInUse: [Tensor] = []

  /// - Parameter groups: instructions that are in use together
  init(_ groups: [[any Instruction]]) {
    var steps: [ObjectIdentifier: ClosedRange<Int>] = [:]
    var seen = Set<ObjectIdentifier>()
    for (index, group) in groups.enumerated() {
      for tensor in group.flatMap({ $0.reads + $0.writes }) {
        let id = ObjectIdentifier(tensor)
        if seen.insert(id).inserted {
          if tensor.storage == .transient { transient.append(tensor) } else { persistentInUse.append(tensor) }
        }
        steps[id] = (steps[id]?.lowerBound ?? index)...index
      }
    }
    requests = transient.map {
      MemoryPlan.Request(byteCount: $0.byteCount, steps: steps[ObjectIdentifier($0)]!)
    }
  }

  /// Every persistent tensor once: those in use by the instructions, by `preparations`, and `others`.
  func persistent(with preparations: [any Instruction], _ others: [Tensor]) -> [Tensor] {
    var seen = Set<ObjectIdentifier>()
    let prepared = preparations.flatMap { $0.reads + $0.writes }
    return (others + prepared + persistentInUse).filter { seen.insert(ObjectIdentifier($0)).inserted }
  }
}
