import Convolution
import Measurement
import Tensors
import Terms

/// One plan as a workload.
final class LayerWorkload: Workload {
  let direction: Direction
  let result: FloatBuffer
  private let plan: any ConvolutionPlan
  private let operands: ConvolutionOperands
  private let packed: FloatBuffer
  private let workspace: FloatBuffer
  private let preparesEachStep: Bool
  // This keeps the memory alive that the operands point into.
  private let tensors: LayerTensors

  /// - Parameters:
  ///   - result: what the plan writes; workloads may share it
  ///   - preparesEachStep: whether each step packs the filter, as where weights change; else it is packed here, once
  /// - Throws: `AllocationError` where the system refuses the memory
  init(
    _ plan: any ConvolutionPlan, _ direction: Direction, _ tensors: LayerTensors, result: FloatBuffer,
    preparesEachStep: Bool
  ) throws(AllocationError) {
    self.plan = plan
    self.direction = direction
    self.tensors = tensors
    self.result = result
    self.preparesEachStep = preparesEachStep
    packed = try FloatBuffer(count: plan.packedFilterBytes / 4 + 16)
    workspace = try FloatBuffer(count: plan.workspaceBytes / 4 + 16)
    var operands = tensors.operands(direction, result: result)
    if plan.packedFilterBytes > 0 { operands.packedFilter = UnsafeRawPointer(packed.base) }
    self.operands = operands
    if !preparesEachStep { prepare() }
  }

  func step() {
    if preparesEachStep { prepare() }
    plan.run(operands, workspace: workspace.base)
  }

  private func prepare() { plan.prepare(filter: operands.filter, into: packed.base) }
}

extension ConvolutionPlan {
  /// The bytes that a workload allocates for the plan beside its tensors.
  var scratchBytes: Int { workspaceBytes + packedFilterBytes }
}
