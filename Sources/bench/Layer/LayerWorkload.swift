import Convolution
import Measurement
import Tensors

/// One plan as something to time.
final class LayerWorkload: Workload {
  let plan: any ConvolutionPlan
  /// Whether every step packs the filter, because weights are variables there; else that is done once, before the first.
  private let preparesEachStep: Bool
  private let operands: ConvolutionOperands
  private let prepared: FloatBuffer
  private let workspace: FloatBuffer
  private let filter: UnsafePointer<Float>
  // Plans write into the tensors as long as this lives.
  private let tensors: LayerTensors

  /// - Throws: `AllocationError`.
  convenience init(
    _ backend: any ConvolutionBackend, _ request: ConvolutionRequest, _ tensors: LayerTensors,
    in context: ExecutionContext, preparesEachStep: Bool
  ) throws(AllocationError) {
    try self.init(
      plan: backend.plan(request, in: context), request.direction, tensors, preparesEachStep: preparesEachStep)
  }

  init(
    plan: any ConvolutionPlan, _ direction: Direction, _ tensors: LayerTensors, preparesEachStep: Bool
  ) throws(AllocationError) {
    self.plan = plan
    self.tensors = tensors
    prepared = try FloatBuffer(count: plan.preparedFilterBytes / 4 + 16)
    workspace = try FloatBuffer(count: plan.workspaceBytes / 4 + 16)
    var operands = tensors.operands(direction)
    filter = UnsafePointer(operands.filter)
    if plan.preparedFilterBytes > 0 { operands.preparedFilter = UnsafeRawPointer(prepared.base) }
    self.operands = operands
    self.preparesEachStep = preparesEachStep
    if !preparesEachStep { plan.prepare(filter: filter, into: prepared.base) }
  }

  func step() {
    if preparesEachStep { plan.prepare(filter: filter, into: prepared.base) }
    plan.run(operands, workspace: workspace.base)
  }
}
