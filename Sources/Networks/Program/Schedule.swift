/// The order of a step's operations.
///
/// Operations run one after the other, each for the whole batch. Where the caches cannot hold the tensors, operations
/// that follow each other and take micro-batches form a group: the group goes through the batch micro-batch by
/// micro-batch, so that each operation finds in the cache what the one before it wrote. Batch norm's statistics need
/// the whole batch and end a group.
package struct Schedule {
  /// Operations that are in use together: their tensors must not share memory.
  package private(set) var groups: [[Operation]] = []
  package private(set) var dispatches: [Dispatch] = []

  /// One run of one operation.
  package struct Dispatch {
    package let operation: Operation
    package let images: Range<Int>
    func run() { operation.run(images: images) }
  }

  init(_ operations: [Operation], batch: Int) {
    var group: [Operation] = []
    var images: Int?
    /// Operations on weights alone do not end a group: they run before it.
    var ahead: [Operation] = []

    func close() {
      for operation in ahead { append(operation, batch) }
      append(group, microBatch: images ?? batch, batch)
      (group, images, ahead) = ([], nil, [])
    }
    for operation in operations {
      switch operation.microBatch {
      case .batch:
        close()
        append(operation, batch)
      case .weights: ahead.append(operation)
      case .any: group.append(operation)
      case .images(let count):
        if let images, images != count { close() }
        images = count
        group.append(operation)
      }
    }
    close()
  }

  private mutating func append(_ group: [Operation], microBatch: Int, _ batch: Int) {
    guard microBatch < batch else {
      for operation in group { append(operation, batch) }
      return
    }
    groups.append(group)
    for first in stride(from: 0, to: batch, by: microBatch) {
      for operation in group {
        dispatches.append(Dispatch(operation: operation, images: first..<first + microBatch))
      }
    }
  }

  private mutating func append(_ operation: Operation, _ batch: Int) {
    groups.append([operation])
    dispatches.append(Dispatch(operation: operation, images: 0..<batch))
  }
}
