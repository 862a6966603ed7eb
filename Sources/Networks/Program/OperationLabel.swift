import Terms
import Threads

/// A number that stands on the stacks of all workers while an operation runs, and the pool that they belong to.
struct OperationLabel {
  let number: UInt32
  let pool: ThreadPool
}

extension Program {
  /// Labels the operations of a step for a CPU profile: one number for each layer and phase, in the order in which they
  /// run first. Operations beyond the largest label have none.
  ///
  /// - Parameter first: the first number, above 0
  /// - Returns: the layer and phase of each number from `first` on
  package func labelOperations(from first: Int) -> [LayerTimer.Key] {
    var numbers: [LayerTimer.Key: Int] = [:]
    var keys: [LayerTimer.Key] = []
    for operation in schedule.dispatches.map(\.operation) {
      let key = LayerTimer.Key(layer: operation.layer, phase: operation.phase)
      if numbers[key] == nil, first + keys.count <= Int(ThreadPool.largestLabel) {
        numbers[key] = first + keys.count
        keys.append(key)
      }
      operation.label = numbers[key].map { OperationLabel(number: UInt32($0), pool: context.pool) }
    }
    return keys
  }
}
