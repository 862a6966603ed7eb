import Convolution
import Kernels
import Tensors
import Terms
import Threads

/// Turns fused groups into operations: forward in order, then backward in reverse. It decides nothing about what runs
/// together: `FusionPass` has.
///
/// How each kind of layer is lowered stands in Layers/, one file per kind.
struct ProgramBuilder {
  let layers: [Layer]
  let groups: [FusedGroup]
  let pass: Pass
  let batch: Int
  let context: ExecutionContext
  /// The seed of the dropout masks.
  let seed: UInt64

  var operations: [Operation] = []
  var preparations: [Operation] = []
  private(set) var parameters: [(parameter: Parameter, tensor: Tensor)] = []
  private(set) var gradients: [String: Tensor] = [:]
  private var parameterTensors: [String: Tensor] = [:]

  /// Output of each layer that is lowered; all layers of a group have the group's.
  var outputs: [Int: Tensor] = [:]
  let input: Tensor
  /// Gradient of each layer's output, as far as its readers have contributed.
  var outputGradients: [Int: Gradient] = [:]
  /// The tensors that backward needs of a group beside its input and output, by the group's first layer.
  var saved: [Int: SavedState] = [:]

  /// The gradient of a layer's output.
  struct Gradient {
    var tensor: Tensor
    /// Whether the derivative of the layer's own activation is already in it.
    var includesActivation = false
    /// Whether another layer holds the same tensor, so that it must not be overwritten.
    var isShared = false
  }

  init(
    layers: [Layer], groups: [FusedGroup], pass: Pass, batch: Int, context: ExecutionContext, seed: UInt64
  ) {
    self.layers = layers
    self.groups = groups
    self.pass = pass
    self.batch = batch
    self.context = context
    self.seed = seed
    input = Tensor(
      "input", byteCount: batch * layers[0].input.count * MemoryLayout<Float>.stride, .persistent, images: batch)
    for parameter in layers.parameters {
      let tensor = Tensor(parameter.name, count: parameter.count, .persistent)
      parameters.append((parameter, tensor))
      parameterTensors[parameter.name] = tensor
      if pass.hasGradients, parameter.isTrainable {
        gradients[parameter.name] = Tensor("gradient/\(parameter.name)", count: parameter.count, .persistent)
      }
    }
  }

  // MARK: Tensors

  func parameter(_ name: String) -> Tensor { parameterTensors[name]! }

  func inputTensor(of index: Int, _ position: Int = 0) -> Tensor {
    layers[index].inputs[position].map { outputs[$0]! } ?? input
  }

  /// A tensor for a layer's output: for the whole batch, or the micro-batch at hand.
  func outputTensor(_ index: Int, images: Int? = nil) -> Tensor {
    microBatchTensor(layers[index].name, images: images ?? batch, of: layers[index].output.count)
  }

  func scratch(_ name: String, floats: Int) -> Tensor { Tensor(name, count: floats, .transient) }

  func outputTensor(_ group: FusedGroup) -> Tensor { outputTensor(group.last, images: group.outputImages) }

  /// The gradient of a layer's output, for the whole batch or the micro-batch at hand.
  func gradientTensor(_ index: Int, images: Int? = nil) -> Tensor {
    microBatchTensor("gradient/\(layers[index].name)", images: images ?? batch, of: layers[index].output.count)
  }

  private func microBatchTensor(_ name: String, images: Int, of count: Int) -> Tensor {
    Tensor(name, images: images, of: count, images < batch ? .microBatch : .transient)
  }

  /// Makes `output` the output of all layers of a group.
  mutating func setOutput(_ output: Tensor, of group: FusedGroup) {
    for layer in group.layers { outputs[layer] = output }
  }

  // MARK: Operations

  mutating func emit(
    _ index: Int, _ phase: StepPhase, as activity: KernelPhase?, reads: [Tensor], writes: [Tensor],
    _ body: @escaping () -> Void
  ) {
    emit(index, phase, .batch, as: activity, reads: reads, writes: writes) { _ in body() }
  }

  /// - Parameters:
  ///   - activity: what its workers do, except in phases that they record
  ///   - work: what a dispatch computes and moves by phase, where a plan says so
  ///   - body: is given the images to take
  mutating func emit(
    _ index: Int, _ phase: StepPhase, _ microBatch: MicroBatch, as activity: KernelPhase?,
    work: [KernelPhase: PhaseWork] = [:], reads: [Tensor], writes: [Tensor], _ body: @escaping (Range<Int>) -> Void
  ) {
    emit(
      layers[index].name, phase, microBatch, as: activity, work: work, reads: reads, writes: writes, body)
  }

  /// - Parameter name: a layer's, or a fused group's
  mutating func emit(
    _ name: String, _ phase: StepPhase, _ microBatch: MicroBatch, as activity: KernelPhase?,
    work: [KernelPhase: PhaseWork] = [:], reads: [Tensor], writes: [Tensor], _ body: @escaping (Range<Int>) -> Void
  ) {
    operations.append(
      Operation(name, phase, microBatch, as: activity, work: work, reads: reads, writes: writes, run: body))
  }

  /// Adds `gradient` to what the readers of a layer's output have sent back so far.
  mutating func contribute(_ gradient: Gradient, to source: Int?, from index: Int) {
    guard let source else { return }
    guard let present = outputGradients[source] else {
      outputGradients[source] = gradient
      return
    }
    // The sum goes where nobody else looks.
    let sum = gradient.isShared ? (present.isShared ? outputTensor(source) : present.tensor) : gradient.tensor
    emitSum(index, .inputGradient, present.tensor, gradient.tensor, into: sum, of: source)
    outputGradients[source] = Gradient(tensor: sum)
  }

  /// sum = activation(a + b), each shaped like the output of layer `shape`.
  mutating func emitSum(
    _ index: Int, _ phase: StepPhase, _ a: Tensor, _ b: Tensor, into sum: Tensor, of shape: Int,
    _ activation: Activation = .none
  ) {
    let imageFloats = layers[shape].output.count
    emit(index, phase, .any, as: .addition, reads: [a, b], writes: [sum]) { [context] images in
      let first = images.lowerBound
      nonisolated(unsafe) let (a, b, sum) = (a.floats(of: first), b.floats(of: first), sum.floats(of: first))
      context.pool.split(images.count * imageFloats, grain: 1024) { range in
        context.kernels.add(
          a + range.lowerBound, b + range.lowerBound, into: sum + range.lowerBound, floor: activation.floor,
          ceiling: activation.ceiling, count: range.count)
      }
    }
  }
}
