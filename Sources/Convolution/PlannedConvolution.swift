import Tensors

/// A plan with the memory that it asks for: the packed filter and the workspace of its runs.
package struct PlannedConvolution: @unchecked Sendable {
  package let plan: any ConvolutionPlan
  private let packedFilter: UnsafeMutableRawPointer
  private let workspace: UnsafeMutableRawPointer
  /// The memory that the pointers above lead into, where this value owns it.
  private let memory: [Memory]

  /// Allocates the memory.
  /// - Parameter poisoned: whether it is NaN at first, so that what is read before it is written shows
  /// - Throws: `AllocationError`.
  package init(_ plan: any ConvolutionPlan, poisoned: Bool = false) throws(AllocationError) {
    self.plan = plan
    let (packed, scratch) = (
      try Memory(byteCount: plan.packedFilterBytes), try Memory(byteCount: plan.workspaceBytes)
    )
    memory = [packed, scratch]
    (packedFilter, workspace) = (packed.base, scratch.base)
    guard poisoned else { return }
    for memory in memory {
      let count = memory.byteCount / MemoryLayout<Float>.stride
      memory.base.bindMemory(to: Float.self, capacity: count).update(repeating: .nan, count: count)
    }
  }

  /// Runs in the caller's memory, of the sizes that the plan asks for, which must outlive this.
  package init(
    _ plan: any ConvolutionPlan, packedFilter: UnsafeMutableRawPointer, workspace: UnsafeMutableRawPointer
  ) {
    self.plan = plan
    self.packedFilter = packedFilter
    self.workspace = workspace
    memory = []
  }

  /// Packs or transforms `filter`: once where it is constant, before every run where it changes.
  package func prepare(filter: UnsafePointer<Float>) { plan.prepare(filter: filter, into: packedFilter) }

  /// Computes the plan's result; `operands` need no packed filter.
  package func run(_ operands: ConvolutionOperands) {
    var operands = operands
    operands.packedFilter = UnsafeRawPointer(packedFilter)
    plan.run(operands, workspace: workspace)
  }
}
