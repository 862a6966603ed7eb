import CBenchBackend
import Tensors

/// Where everything lies that a plan of a shared library needs: one part of the workspace after the other.
struct PluginMemory {
  /// Bytes of the packed filter, of the workspace of all workers together and of that of each worker.
  let packed: Int
  let shared: Int
  let worker: Int
  let alignment: Int
  let inputLayout: TensorLayout
  let outputLayout: TensorLayout
  /// From one worker's workspace to the next one's.
  let workerStep: Int
  /// Floats, or indices, of each tensor that the library gets in a layout of its own; 0 where it gets the operand.
  let input: Int
  let output: Int
  let residual: Int
  let argmax: Int
  let reluMask: Int
  /// Of a residual that the host adds: it may be the output itself, which the library writes first.
  let keptResidual: Int
  private let workers: Int

  static let none = PluginMemory()
  /// More would overflow when sizes are added.
  private static let mostBytes = 1 << 48

  private init() {
    (packed, shared, worker, alignment, workerStep, workers) = (0, 0, 0, 64, 0, 1)
    (input, output, residual, argmax, reluMask, keptResidual) = (0, 0, 0, 0, 0, 0)
    (inputLayout, outputLayout) = (.nhwc, .nhwc)
  }

  /// Nil where the library asks for what there is not.
  init?(_ info: bench_plan_info, _ request: ConvolutionRequest, _ rest: Epilogue, workers: Int) {
    let alignment = info.alignment == 0 ? 64 : Int(clamping: info.alignment)
    guard let inputLayout = TensorLayout(info.input_layout), let outputLayout = TensorLayout(info.output_layout),
      (1...4096).contains(alignment), alignment & (alignment - 1) == 0,
      [info.packed_filter_bytes, info.workspace_bytes, info.worker_workspace_bytes].allSatisfy({ $0 < Self.mostBytes })
    else { return nil }
    let problem = request.problem
    (self.alignment, self.inputLayout, self.outputLayout) = (max(alignment, 64), inputLayout, outputLayout)
    packed = Int(info.packed_filter_bytes)
    shared = Int(info.workspace_bytes)
    worker = Int(info.worker_workspace_bytes)
    workerStep = worker.rounded(upTo: self.alignment)
    self.workers = workers
    let isForward = request.direction == .forward
    input = inputLayout.isReordered ? inputLayout.count(problem.batch, problem.input) : 0
    let stored = problem.storedOutput(request.fusions)
    let outputCount = outputLayout.count(problem.batch, stored)
    output = outputLayout.isReordered ? outputCount : 0
    let addsResidual = request.epilogue.residual && !rest.residual
    residual = outputLayout.isReordered && addsResidual && isForward ? outputCount : 0
    argmax = outputLayout.isReordered && request.fusions.contains(.maxPool) ? outputCount : 0
    reluMask = inputLayout.isReordered && request.fusions.contains(.reluBackward) ? input : 0
    keptResidual = rest.residual ? problem.outputCount : 0
  }

  /// Bytes of the workspace that the caller gives.
  var byteCount: Int { end == 0 ? 0 : end + (alignment - 64) }
  /// Bytes of the packed filter, with room for its alignment.
  var packedBytes: Int { packed == 0 ? 0 : packed + (alignment - 64) }

  func aligned(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
    pointer.alignedUp(toMultipleOf: alignment)
  }
  func aligned(_ pointer: UnsafeRawPointer) -> UnsafeRawPointer { pointer.alignedUp(toMultipleOf: alignment) }

  // MARK: Offsets in the workspace

  private func padded(_ bytes: Int) -> Int { bytes.rounded(upTo: alignment) }
  var workerBytes: Int { workers * workerStep }
  private var workersBegin: Int { padded(shared) }
  private var inputBegin: Int { workersBegin + workerBytes }
  private var outputBegin: Int { inputBegin + padded(4 * input) }
  private var residualBegin: Int { outputBegin + padded(4 * output) }
  private var reluMaskBegin: Int { residualBegin + padded(4 * residual) }
  private var keptBegin: Int { reluMaskBegin + padded(4 * reluMask) }
  private var argmaxBegin: Int { keptBegin + padded(4 * keptResidual) }
  private var end: Int { argmaxBegin + padded(argmax) }

  /// What the library gets: operands as they are, or where they are reordered to.
  func tensors(
    _ operands: ConvolutionOperands, _ request: ConvolutionRequest, _ fused: UInt32,
    _ workspace: UnsafeMutableRawPointer
  ) -> bench_tensors {
    let base = aligned(workspace)
    func floats(_ offset: Int) -> UnsafeMutablePointer<Float> { (base + offset).assumingMemoryBound(to: Float.self) }
    var tensors = bench_tensors()
    tensors.version = UInt32(BENCH_BACKEND_VERSION)
    tensors.struct_size = UInt32(MemoryLayout<bench_tensors>.size)
    tensors.input = input > 0 ? floats(inputBegin) : operands.input
    tensors.filter = operands.filter
    tensors.output = output > 0 ? floats(outputBegin) : operands.output
    if packed > 0, let packedFilter = operands.packedFilter { tensors.packed_filter = aligned(packedFilter) }
    if fused & Capability.bias != 0 { tensors.bias = operands.bias }
    if fused & Capability.residual != 0, let given = operands.residual {
      tensors.residual = residual > 0 ? UnsafePointer(floats(residualBegin)) : given
    }
    if request.fusions.contains(.maxPool), let given = operands.argmax {
      tensors.argmax = argmax > 0 ? (base + argmaxBegin).assumingMemoryBound(to: UInt8.self) : given
    }
    if request.fusions.contains(.reluBackward), let given = operands.reluMask {
      tensors.relu_mask = reluMask > 0 ? UnsafePointer(floats(reluMaskBegin)) : given
    }
    if request.fusions.contains(.biasGradient) { tensors.bias_gradient = operands.biasGradient }
    if shared > 0 { tensors.workspace = base }
    if worker > 0 {
      tensors.worker_workspaces = base + workersBegin
      tensors.worker_workspace_step = workerStep
    }
    return tensors
  }

  /// Where a residual is kept that the host adds.
  func residualCopy(_ workspace: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Float> {
    (aligned(workspace) + keptBegin).assumingMemoryBound(to: Float.self)
  }
}

extension ConvolutionProblem {
  /// The shape of the output tensor that a plan writes, or reads as a gradient.
  func storedOutput(_ fusions: Fusions) -> ImageShape {
    fusions.contains(.maxPool)
      ? ImageShape(height: output.height / 2, width: output.width / 2, channels: outputChannels) : output
  }
}
