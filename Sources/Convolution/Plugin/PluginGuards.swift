import CBenchBackend
import Tensors

/// Puts everything that a call of a library reads or writes into guarded memory, and brings the result back.
///
/// It copies, so it serves verification alone.
final class PluginGuards {
  private let journal: PluginJournal
  private var memories: [GuardedMemory] = []
  /// What is copied back: from guarded memory to where it belongs.
  private var results: [(from: GuardedMemory, to: UnsafeMutableRawPointer, bytes: Int)] = []

  init(_ journal: PluginJournal) { self.journal = journal }

  private func copy(_ source: UnsafeRawPointer, _ bytes: Int, _ alignment: Int, _ name: String) -> GuardedMemory? {
    do {
      let memory = try GuardedMemory(bytes, alignment: alignment, name)
      memory.base.copyMemory(from: source, byteCount: bytes)
      memories.append(memory)
      return memory
    } catch {
      journal.add("\(error)")
      return nil
    }
  }

  /// A copy of floats that are only read.
  func input(_ source: UnsafePointer<Float>, _ count: Int, _ name: String) -> UnsafePointer<Float>? {
    guard let memory = copy(source, 4 * count, 64, name) else { return nil }
    memory.makeReadOnly()
    return UnsafePointer(memory.base.assumingMemoryBound(to: Float.self))
  }

  /// A copy that is written, and copied back in the end.
  func output(
    _ destination: UnsafeMutableRawPointer, _ bytes: Int, _ alignment: Int, _ name: String
  ) -> UnsafeMutableRawPointer? {
    guard let memory = copy(destination, bytes, alignment, name) else { return nil }
    results.append((memory, destination, bytes))
    return memory.base
  }

  private func result(_ floats: UnsafeMutablePointer<Float>, _ count: Int, _ name: String) -> UnsafeMutablePointer<
    Float
  > {
    output(floats, 4 * count, 64, name)?.assumingMemoryBound(to: Float.self) ?? floats
  }

  private func readOnly(_ floats: UnsafeMutablePointer<Float>, _ count: Int, _ name: String) -> UnsafeMutablePointer<
    Float
  > {
    UnsafeMutablePointer(mutating: input(UnsafePointer(floats), count, name) ?? UnsafePointer(floats))
  }

  /// A copy of pooling indices, which a forward pass writes and a gradient reads.
  private func guarded(
    _ argmax: UnsafeMutablePointer<UInt8>, _ count: Int, isWritten: Bool
  ) -> UnsafeMutablePointer<UInt8> {
    if isWritten { return output(argmax, count, 64, "argmax")?.assumingMemoryBound(to: UInt8.self) ?? argmax }
    guard let memory = copy(argmax, count, 64, "argmax") else { return argmax }
    memory.makeReadOnly()
    return memory.base.assumingMemoryBound(to: UInt8.self)
  }

  /// Replaces every tensor of a run by a guarded copy.
  func protect(_ tensors: inout bench_tensors, _ plan: PluginPlan) {
    let (request, problem, memory) = (plan.request, plan.request.problem, plan.memory)
    let outputCount = memory.outputLayout.count(problem.batch, problem.storedOutput(request.fusions))
    let inputCount = memory.inputLayout.count(problem.batch, problem.input)
    let (direction, inPlace) = (request.direction, plan.backend.worksInPlace)
    if inPlace, let residual = tensors.residual { tensors.output.update(from: residual, count: outputCount) }
    if inPlace, let mask = tensors.relu_mask { tensors.input.update(from: mask, count: inputCount) }
    tensors.input =
      direction == .inputGradient
      ? result(tensors.input, inputCount, "input gradient") : readOnly(tensors.input, inputCount, "input")
    tensors.filter =
      direction == .filterGradient
      ? result(tensors.filter, problem.filterCount, "filter gradient")
      : readOnly(tensors.filter, problem.filterCount, "filter")
    tensors.output =
      direction == .forward
      ? result(tensors.output, outputCount, "output") : readOnly(tensors.output, outputCount, "output gradient")
    if let residual = tensors.residual {
      tensors.residual = inPlace ? UnsafePointer(tensors.output) : input(residual, outputCount, "residual")
    }
    if let mask = tensors.relu_mask {
      tensors.relu_mask = inPlace ? UnsafePointer(tensors.input) : input(mask, inputCount, "ReLU mask")
    }
    tensors.bias = tensors.bias.flatMap { input($0, problem.outputChannels, "bias") }
    if let gradient = tensors.bias_gradient {
      tensors.bias_gradient = result(gradient, problem.outputChannels, "bias gradient")
    }
    if let argmax = tensors.argmax { tensors.argmax = guarded(argmax, outputCount, isWritten: direction == .forward) }
    if let packed = tensors.packed_filter, let guarded = copy(packed, memory.packed, memory.alignment, "packed filter")
    {
      guarded.makeReadOnly()
      tensors.packed_filter = UnsafeRawPointer(guarded.base)
    }
    if let shared = tensors.workspace {
      tensors.workspace = output(shared, memory.shared, memory.alignment, "workspace")
    }
    if let workers = tensors.worker_workspaces {
      // The last worker's ends with what it asked for.
      let bytes = memory.workerBytes - memory.workerStep + memory.worker
      tensors.worker_workspaces = output(workers, bytes, memory.alignment, "workers' workspace")
    }
  }

  /// Reports what was written outside, and copies the results back.
  func finish() {
    for memory in memories {
      if let violation = memory.violation { journal.add(violation) }
    }
    for result in results { result.to.copyMemory(from: result.from.base, byteCount: result.bytes) }
  }
}
