import Tensors
import Testing
import Threads

@testable import Convolution

/// One request with random tensors and its reference result, on which any back end can be tried.
///
/// Around every tensor lies NaN: a read outside shows in the result, a write outside in the canaries. Tensors are
/// aligned to 4 bytes and no more. Before a run, the result, the workspace and the prepared filter are NaN.
struct ConvolutionCase {
  let request: ConvolutionRequest
  private let operands: [Direction: Guarded]
  private let bias: Guarded
  private let residual: Guarded
  private let gate: Guarded
  private let reference: FloatBuffer
  private let biasReference: FloatBuffer

  private var problem: ConvolutionProblem { request.problem }

  /// - Parameter reference: computes the reference result.
  init(_ request: ConvolutionRequest, reference backend: any ConvolutionBackend = Naive()) throws {
    let problem = request.problem
    self.request = request
    // Outputs of deviation 2, whatever the depth: ReLU6 shall cut some of them at 6, but not most.
    let depth = problem.kernel.height * problem.kernel.width * problem.channelsPerGroup
    operands = try [
      .inputGradient: Guarded(random: problem.inputCount, "input"),
      .filterGradient: Guarded(random: problem.filterCount, "filter", deviation: 2 / Double(depth).squareRoot()),
      .forward: Guarded(random: problem.outputCount, "output"),
    ]
    bias = try Guarded(random: problem.outputChannels, "bias")
    residual = try Guarded(random: problem.outputCount, "residual")
    gate = try Guarded(random: problem.inputCount, "gate")
    reference = try FloatBuffer(count: problem.resultCount(request.direction))
    biasReference = try FloatBuffer(count: problem.outputChannels)

    let pool = ThreadPool(count: 1)
    var plain = request
    plain.fusions = []
    let plan = backend.plan(plain, in: ExecutionContext(pool: pool))
    var tensors = inputs
    switch request.direction {
    case .forward: tensors.output = reference.base
    case .inputGradient: tensors.input = reference.base
    case .filterGradient: tensors.filter = reference.base
    }
    let workspace = try Memory(byteCount: plan.workspaceBytes)
    let prepared = try Memory(byteCount: plan.preparedFilterBytes)
    plan.prepare(filter: tensors.filter, into: prepared.base)
    tensors.preparedFilter = UnsafeRawPointer(prepared.base)
    plan.run(tensors, workspace: workspace.base)
    applyFusionsToReference()
  }

  /// What a run gave.
  struct Outcome {
    let deviation: Deviation
    /// nil without `Fusions.biasGradient`.
    let biasDeviation: Deviation?
    let canariesIntact: Bool
    let values: [Float]
  }

  /// Prepares and runs a plan of `backend`.
  /// - Parameter inPlace: the residual is the output, or the gate the input gradient.
  func run(
    _ backend: any ConvolutionBackend, _ instructions: InstructionSet = .best, threads: Int, inPlace: Bool = false
  ) throws -> Outcome {
    let context = ExecutionContext(pool: ThreadPool(count: threads), instructionSet: instructions)
    let plan = backend.plan(request, in: context)
    let workspace = try Guarded(poisoned: (plan.workspaceBytes + 3) / 4, aligned: true)
    let prepared = try Guarded(poisoned: (plan.preparedFilterBytes + 3) / 4, aligned: true)
    let result = try Guarded(poisoned: reference.count)
    let biasGradient = try Guarded(poisoned: problem.outputChannels)
    var tensors = inputs
    if inPlace { result.copy(request.direction == .forward ? residual : gate) }
    switch request.direction {
    case .forward:
      tensors.output = result.base
      if inPlace { tensors.residual = UnsafePointer(result.base) }
    case .inputGradient:
      tensors.input = result.base
      if inPlace { tensors.gate = UnsafePointer(result.base) }
    case .filterGradient: tensors.filter = result.base
    }
    tensors.biasGradient = biasGradient.base
    if plan.preparedFilterBytes > 0 {
      plan.prepare(filter: UnsafePointer(operands[.filterGradient]!.base), into: prepared.base)
      tensors.preparedFilter = UnsafeRawPointer(prepared.base)
    }
    plan.run(tensors, workspace: workspace.base)
    let sumsBias = request.fusions.contains(.biasGradient)
    return Outcome(
      deviation: Deviation(of: result.floats, from: reference.buffer),
      biasDeviation: sumsBias ? Deviation(of: biasGradient.floats, from: biasReference.buffer) : nil,
      canariesIntact: [workspace, prepared, result, biasGradient].allSatisfy(\.isIntact), values: result.values)
  }

  private var inputs: ConvolutionOperands {
    var tensors = ConvolutionOperands(
      input: operands[.inputGradient]!.base, filter: operands[.filterGradient]!.base, output: operands[.forward]!.base)
    tensors.bias = UnsafePointer(bias.base)
    tensors.residual = UnsafePointer(residual.base)
    tensors.gate = UnsafePointer(gate.base)
    return tensors
  }

  private func applyFusionsToReference() {
    if request.fusions.contains(.reluGate) {
      for index in 0..<reference.count where !(gate.base[index] > 0) { reference[index] = 0 }
    }
    if request.fusions.contains(.biasGradient) {
      let gradient = operands[.forward]!.base
      for channel in 0..<problem.outputChannels {
        var sum = 0.0
        for index in stride(from: channel, to: problem.outputCount, by: problem.outputChannels) {
          sum += Double(gradient[index])
        }
        biasReference[channel] = Float(sum)
      }
    }
  }
}

/// Floats between two stretches of NaN.
final class Guarded {
  private static let guardFloats = 64
  let count: Int
  private let buffer: FloatBuffer
  private let offset: Int

  /// NaN everywhere.
  init(poisoned count: Int, aligned: Bool = false) throws {
    self.count = count
    // One float more: a tensor is aligned to 4 bytes and no more.
    offset = Self.guardFloats + (aligned ? 0 : 1)
    buffer = try FloatBuffer(count: count + 2 * Self.guardFloats + 1)
    buffer.fill(.nan)
  }

  /// N(0, `deviation`).
  convenience init(random count: Int, _ name: String, deviation: Double = 1) throws {
    try self.init(poisoned: count)
    var random = Random(seed: 1, stream: name)
    random.fillNormal(base, count: count, deviation: deviation)
  }

  var base: UnsafeMutablePointer<Float> { buffer.base + offset }
  var floats: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: base, count: count) }
  var values: [Float] { Array(floats) }
  var isIntact: Bool {
    (0..<offset).allSatisfy { buffer[$0].isNaN } && (offset + count..<buffer.count).allSatisfy { buffer[$0].isNaN }
  }
  func copy(_ other: Guarded) { base.update(from: other.base, count: min(count, other.count)) }
}

/// Every element the same, bit by bit.
func identical(_ a: [Float], _ b: [Float]) -> Bool {
  a.withUnsafeBytes { a in b.withUnsafeBytes { b in a.elementsEqual(b) } }
}
