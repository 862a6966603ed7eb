/// How many samples each function and each operation has.
package struct StackTotals {
  package struct Function {
    package let name: String
    /// Samples in the function itself.
    package fileprivate(set) var own = 0
    /// Samples in the function and in what it calls.
    package fileprivate(set) var total = 0
  }

  package struct Operation {
    /// nil for work outside of every operation.
    package let operation: ProfiledOperation?
    package fileprivate(set) var samples = 0
    /// The function with most samples of its own.
    package fileprivate(set) var busiest: (name: String, samples: Int)?
  }

  /// Those with most samples of their own first.
  package let functions: [Function]
  /// In the order in which they run; what belongs to none is last.
  package let operations: [Operation]

  package init(_ stacks: Stacks) {
    var functions: [String: Function] = [:]
    var operations: [Int: Operation] = [:]
    var own: [Int: [String: Int]] = [:]
    for (stack, count) in stacks.counts {
      let key = stack.operation ?? .max
      let names = stack.frames.map(\.name)
      for name in Set(names) { functions[name, default: Function(name: name)].total += count }
      let operation = stack.operation.map { stacks.operations[$0] }
      operations[key, default: Operation(operation: operation)].samples += count
      guard let leaf = names.last else { continue }
      functions[leaf]!.own += count
      own[key, default: [:]][leaf, default: 0] += count
    }
    for (key, leaves) in own {
      let busiest = leaves.max { ($0.value, $1.key) < ($1.value, $0.key) }
      operations[key]!.busiest = busiest.map { (name: $0.key, samples: $0.value) }
    }
    self.functions = functions.values.sorted { ($1.own, $1.total, $0.name) < ($0.own, $0.total, $1.name) }
    self.operations = operations.sorted { $0.key < $1.key }.map(\.value)
  }
}
