import Convolution
import Kernels
import Tensors

/// One layer of a network: what it computes, on what, under which name. No batch size, no memory.
package struct Layer: Sendable {
  package let name: String
  package let kind: LayerKind
  /// The layers whose outputs it reads; nil is the network's input.
  package let inputs: [Int?]
  package let input: ImageShape
  package let output: ImageShape
}

/// What a layer computes.
package enum LayerKind: Sendable {
  /// Filter [kernel, kernel, channels / groups, output channels], bias where it has one, then the activation.
  case convolution(ConvolutionProblem, bias: Bool, activation: Activation)
  /// The same as a 1x1 convolution on a 1x1 image; weights [in, out], `in` flattening height, width, channels.
  case fullyConnected(ConvolutionProblem, bias: Bool, activation: Activation)
  case maxPool(PoolGeometry)
  case averagePool(AveragePool)
  case globalAveragePool
  case localResponse(LocalResponse)
  /// Scale and shift per channel after normalising, then the activation. `parameters` is the first part of their
  /// names: the layer's own, or that of the convolution before it.
  case batchNormalization(parameters: String, activation: Activation)
  /// Sum of two layers, then the activation.
  case add(activation: Activation)
  case activation(Activation)
  /// The channels of each input, in order.
  case concatenation
  case dropout(keep: Float)
}

extension Layer {
  /// The problem of a convolution or fully connected layer, for one image.
  package var problem: ConvolutionProblem? {
    switch kind {
    case .convolution(let problem, _, _), .fullyConnected(let problem, _, _): problem
    default: nil
    }
  }

  /// The same problem for `batch` images.
  package func problem(batch: Int) -> ConvolutionProblem? {
    var problem = problem
    problem?.batch = batch
    return problem
  }

  package var isConvolution: Bool {
    if case .convolution = kind { true } else { false }
  }

  /// Multiply-adds of convolutions and fully connected layers, for one image.
  package var macs: Int { problem?.macs ?? 0 }

  /// The kind in words, for `bench describe`.
  package var kindName: String {
    switch kind {
    case .convolution(let problem, _, _): problem.isDepthwise ? "depthwise convolution" : "convolution"
    case .fullyConnected: "fully connected"
    case .maxPool(let pool): "max pool \(pool)"
    case .averagePool(let pool): "average pool \(pool.windows)" + (pool.countsPadding ? ", padding counts" : "")
    case .globalAveragePool: "global average pool"
    case .localResponse: "local response normalization"
    case .batchNormalization: "batch normalization"
    case .add: "add"
    case .activation: "activation"
    case .concatenation: "concatenation"
    case .dropout(let keep): "dropout (keep \(keep))"
    }
  }

  package var activation: Activation {
    switch kind {
    case .convolution(_, _, let activation), .fullyConnected(_, _, let activation),
      .batchNormalization(_, let activation), .add(let activation), .activation(let activation):
      activation
    default: .none
    }
  }
}
