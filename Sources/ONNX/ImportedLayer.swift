import Convolution
import Kernels
import Networks

/// A layer of a network to be, between values of the graph.
struct ImportedLayer: Sendable {
  var name: String
  var kind: Kind
  var activation = Activation.none
  /// The values that it reads, which other layers or the graph's input have.
  var inputs: [String]
  var output: String

  enum Kind: Sendable {
    case convolution(channels: Int, ONNXWindow, groups: Int, bias: Bool)
    case fullyConnected(units: Int, bias: Bool)
    case batchNormalization
    case activation
    case maxPool(ONNXWindow)
    case averagePool(ONNXWindow, countsPadding: Bool)
    case globalAveragePool
    case localResponse(LocalResponse)
    case add
    case concatenation
    case dropout(keep: Float)

    /// Whether an activation behind it can be its own.
    var takesActivation: Bool {
      switch self {
      case .convolution, .fullyConnected, .batchNormalization, .add: true
      default: false
      }
    }
  }
}

extension [ImportedLayer] {
  /// Appends the layers to a network whose input is the value `input`.
  func append(to net: inout LayerBuilder, input: String) {
    var taps = [input: net.tap]
    for layer in self {
      let sources = layer.inputs.compactMap { taps[$0] }
      taps[layer.output] = net.branch(from: sources[0]) { layer.append(to: &$0, sources) }
    }
  }
}

extension ImportedLayer {
  fileprivate func append(to net: inout LayerBuilder, _ sources: [LayerBuilder.Tap]) {
    switch kind {
    case .convolution(let channels, let window, let groups, let bias):
      net.convolution(
        name, channels: channels, kernel: window.kernelExtent, stride: window.strideExtent,
        dilation: .init(window.dilations[0], window.dilations[1]), padding: window.padding, groups: groups, bias: bias,
        activation: activation)
    case .fullyConnected(let units, let bias):
      net.fullyConnected(name, units: units, bias: bias, activation: activation)
    case .batchNormalization: net.batchNormalization(name, activation: activation)
    case .activation: net.activation(name, activation)
    case .maxPool(let window):
      net.maxPool(name, size: window.kernelExtent, stride: window.strideExtent, padding: window.padding)
    case .averagePool(let window, let countsPadding):
      net.averagePool(
        name, size: window.kernelExtent, stride: window.strideExtent, padding: window.padding,
        countsPadding: countsPadding)
    case .globalAveragePool: net.globalAveragePool(name)
    case .localResponse(let response): net.localResponse(name, response)
    case .add: net.add(name, sources[1], activation: activation)
    case .concatenation: net.concatenate(name, sources)
    case .dropout(let keep): net.dropout(name, keep: keep)
    }
  }
}

extension ONNXWindow {
  fileprivate var kernelExtent: LayerBuilder.Extent { .init(kernel[0], kernel[1]) }
  fileprivate var strideExtent: LayerBuilder.Extent { .init(strides[0], strides[1]) }
  fileprivate var padding: WindowPadding {
    .explicit(top: before[0], bottom: after[0], left: before[1], right: after[1])
  }
}
