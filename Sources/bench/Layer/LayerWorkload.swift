import Convolution
import Measurement
import Tensors
import Terms

/// One plan as a workload.
final class LayerWorkload: Workload {
  let direction: Direction
  let result: FloatBuffer
  private let planned: PlannedConvolution
  private let operands: ConvolutionOperands
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
    planned = try PlannedConvolution(plan)
    self.direction = direction
    self.tensors = tensors
    self.result = result
    self.preparesEachStep = preparesEachStep
    operands = tensors.operands(direction, result: result)
    if !preparesEachStep { planned.prepare(filter: operands.filter) }
  }

  func step() {
    if preparesEachStep { planned.prepare(filter: operands.filter) }
    planned.run(operands)
  }
}

extension ConvolutionPlan {
  /// The bytes that a workload allocates for the plan beside its tensors.
  var scratchBytes: Int { workspaceBytes + packedFilterBytes }
}
