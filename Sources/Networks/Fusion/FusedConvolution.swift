import Convolution
import Terms

/// A convolution or fully connected layer of a group, with what its plans do besides.
package struct FusedConvolution: Sendable {
  /// Its index in the network.
  package let layer: Int
  package let name: String
  package let isConvolution: Bool
  /// The layer's, of the whole batch.
  package let problem: ConvolutionProblem

  // Forward.

  /// Whether the layer has biases of its own.
  package let hasBias: Bool
  /// Behind the convolution and what is folded into it.
  package var activation: Activation
  /// The batch norm whose parameters are folded into weights and bias, by their prefix. Its statistics are the moving
  /// ones, or come from the group's `moments`.
  package var normalization: String?
  /// The layer whose output is added before the activation.
  package var residual: Int?
  /// The 2x2 max pool that is computed on the way.
  package var pool: Int?

  // Backward.

  /// How the filter gradient gets the layer's input.
  package var filterInput = FilterInput.stored
  package var biasGradient = BiasGradient.none
  /// Whether the input gradient is multiplied by the ReLU mask of the layer below.
  package var masksInputGradient = false

  /// Which plan runs in which direction, in the order in which a step runs them.
  package var assignments: [Assignment] = []

  package enum FilterInput: Hashable, Sendable {
    case stored
    /// The batch norm below computes its output again: that takes less time than to store and load it.
    case recomputed(batchNormalization: Int)
  }

  package enum BiasGradient: String, Hashable, Sendable {
    case none
    /// The filter gradient's plan sums the output gradient too.
    case fused
    /// An operation of its own sums the output gradient.
    case separate
  }

  init(_ index: Int, in graph: LayerGraph, batch: Int) {
    let layer = graph.layers[index]
    self.layer = index
    name = layer.name
    isConvolution = layer.isConvolution
    problem = layer.problem(batch: batch)!
    hasBias = graph.hasBias(index)
    activation = layer.activation
  }

  package var epilogue: Epilogue {
    Epilogue(bias: hasBias || normalization != nil, residual: residual != nil, activation: activation)
  }

  /// What a plan does besides the product in a direction.
  func fusions(_ direction: Direction) -> Fusions {
    var fusions: Fusions = pool == nil ? [] : .maxPool
    if direction == .filterGradient, biasGradient == .fused { fusions.insert(.biasGradient) }
    if direction == .inputGradient, masksInputGradient { fusions.insert(.reluBackward) }
    return fusions
  }

  func assignment(_ direction: Direction) -> Assignment? { assignments.first { $0.request.direction == direction } }
}
