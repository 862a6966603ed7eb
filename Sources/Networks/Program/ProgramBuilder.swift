import Convolution
import Kernels
import Tensors
import Terms
import Threads

/// Turns layers into operations: forward in order, then backward in reverse.
///
/// How each kind of layer is lowered stands in Layers/, one file per kind.
struct ProgramBuilder {
  let layers: [Layer]
  let pass: Pass
  let batch: Int
  let choice: BackendChoice
  let context: ExecutionContext
  /// Off for comparisons with other frameworks, whose random masks differ.
  let dropsOut: Bool
  let seed: UInt64
  let caches: CacheSizes

  var operations: [Operation] = []
  var preparations: [Operation] = []
  var assignments: [Assignment] = []
  private(set) var parameters: [(parameter: Parameter, tensor: Tensor)] = []
  private(set) var gradients: [String: Tensor] = [:]
  private var parameterTensors: [String: Tensor] = [:]

  /// Output of each layer once it is lowered.
  var outputs: [Int: Tensor] = [:]
  let input: Tensor
  /// Gradient of each layer's output, as far as its readers have contributed.
  var outputGradients: [Int: Gradient] = [:]
  /// What backward needs of a layer beyond its input and output, by layer.
  var saved: [Int: SavedState] = [:]
  /// Which layers read the output of each layer.
  let readers: [Int: [Int]]
  /// What one plan may compute together.
  private(set) var blocks: [Int: BlockLayers] = [:]

  /// The gradient of a layer's output.
  struct Gradient {
    var tensor: Tensor
    /// Whether the derivative of the layer's own activation is already in it.
    var includesActivation = false
    /// Whether another layer holds the same tensor, so that it must not be overwritten.
    var isShared = false
  }

  init(
    layers: [Layer], pass: Pass, batch: Int, choice: BackendChoice, context: ExecutionContext, dropsOut: Bool,
    seed: UInt64, caches: CacheSizes
  ) {
    self.layers = layers
    self.pass = pass
    self.batch = batch
    self.choice = choice
    self.context = context
    self.dropsOut = dropsOut
    self.seed = seed
    self.caches = caches
    input = Tensor(
      "input", byteCount: batch * layers[0].input.count * MemoryLayout<Float>.stride, .persistent, images: batch)
    var readers: [Int: [Int]] = [:]
    for (index, layer) in layers.enumerated() {
      for case let source? in layer.inputs { readers[source, default: []].append(index) }
    }
    self.readers = readers
    for parameter in layers.parameters {
      let tensor = Tensor(parameter.name, count: parameter.count, .persistent)
      parameters.append((parameter, tensor))
      parameterTensors[parameter.name] = tensor
      if pass.hasGradients, parameter.isTrainable {
        gradients[parameter.name] = Tensor("gradient/\(parameter.name)", count: parameter.count, .persistent)
      }
    }
    blocks = findBlocks()
  }

  // MARK: Tensors

  func parameter(_ name: String) -> Tensor { parameterTensors[name]! }

  func inputTensor(of index: Int, _ position: Int = 0) -> Tensor {
    layers[index].inputs[position].map { outputs[$0]! } ?? input
  }

  func outputTensor(_ index: Int) -> Tensor {
    Tensor(layers[index].name, images: batch, of: layers[index].output.count, .transient)
  }

  func scratch(_ name: String, floats: Int) -> Tensor { Tensor(name, count: floats, .transient) }

  /// The only layer that reads `index`, if there is just one.
  func soleReader(of index: Int) -> Int? {
    guard let readers = readers[index], readers.count == 1 else { return nil }
    return readers[0]
  }

  // MARK: Operations

  mutating func emit(
    _ index: Int, _ phase: StepPhase, reads: [Tensor], writes: [Tensor], _ body: @escaping () -> Void
  ) {
    emit(index, phase, .batch, reads: reads, writes: writes) { _ in body() }
  }

  /// - Parameter body: is given the images to take
  mutating func emit(
    _ index: Int, _ phase: StepPhase, _ microBatch: MicroBatch, reads: [Tensor], writes: [Tensor],
    _ body: @escaping (Range<Int>) -> Void
  ) {
    operations.append(Operation(layers[index].name, phase, microBatch, reads: reads, writes: writes, run: body))
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

  /// sum = a + b, each shaped like the output of layer `shape`.
  mutating func emitSum(_ index: Int, _ phase: StepPhase, _ a: Tensor, _ b: Tensor, into sum: Tensor, of shape: Int) {
    let imageFloats = layers[shape].output.count
    emit(index, phase, .any, reads: [a, b], writes: [sum]) { [context] images in
      let first = images.lowerBound
      nonisolated(unsafe) let (a, b, sum) = (a.floats(of: first), b.floats(of: first), sum.floats(of: first))
      context.pool.split(images.count * imageFloats, grain: 1024) { range in
        context.kernels.add(
          a + range.lowerBound, b + range.lowerBound, into: sum + range.lowerBound, count: range.count)
      }
    }
  }

  /// Whether the gradient of a layer's input is wanted: never that of the network's input.
  func wantsInputGradient(_ index: Int) -> Bool { layers[index].inputs.contains { $0 != nil } }
}
