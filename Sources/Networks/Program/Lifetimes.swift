/// From which operation to which each tensor of a step is in use, by the operations' numbers.
struct Lifetimes {
  /// Tensors that share memory over time, in order of first use.
  private(set) var transient: [Tensor] = []
  private(set) var requests: [MemoryPlan.Request] = []
  private var persistentInUse: [Tensor] = []

  /// - Parameter groups: operations that go through the batch together. What is used in a group is in use as long as
  ///   it runs, but for tensors of a micro-batch.
  init(_ groups: [[Operation]]) {
    var steps: [ObjectIdentifier: ClosedRange<Int>] = [:]
    var seen = Set<ObjectIdentifier>()
    var first = 0
    for group in groups {
      let all = first...(first + group.count - 1)
      for (index, operation) in group.enumerated() {
        for tensor in operation.reads + operation.writes {
          let id = ObjectIdentifier(tensor)
          if seen.insert(id).inserted {
            if tensor.storage == .persistent { persistentInUse.append(tensor) } else { transient.append(tensor) }
          }
          let use = tensor.storage == .microBatch ? first + index...first + index : all
          steps[id] = (steps[id]?.lowerBound ?? use.lowerBound)...use.upperBound
        }
      }
      first += group.count
    }
    requests = transient.map {
      MemoryPlan.Request(byteCount: $0.byteCount, steps: steps[ObjectIdentifier($0)]!)
    }
  }

  /// Every persistent tensor once: those in use by the operations, by `preparations`, and `others`.
  func persistent(with preparations: [Operation], _ others: [Tensor]) -> [Tensor] {
    var seen = Set<ObjectIdentifier>()
    let prepared = preparations.flatMap { $0.reads + $0.writes }
    return (others + prepared + persistentInUse).filter { seen.insert(ObjectIdentifier($0)).inserted }
  }
}
