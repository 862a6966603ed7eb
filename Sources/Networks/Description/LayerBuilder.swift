import Convolution
import Kernels
import Tensors

/// Appends layers one after another and carries the shape along, so that a model file names only what it chooses.
///
/// A layer that cannot be is left out, with all that follow it; `error` says why.
package struct LayerBuilder {
  /// Pixels on a side; far beyond any network's input, and small enough that no size overflows.
  package static let largestImage = 4096

  package typealias Extent = ConvolutionProblem.Extent

  package private(set) var layers: [Layer] = []
  /// Shape of the latest output.
  package private(set) var shape: ImageShape
  /// Why the first layer that cannot be is none.
  private(set) var error: LayerError?
  private var latest: Int?
  private var names: Set<String> = []
  private let widths: [String: Int]

  enum LayerError {
    /// Nothing is left of the image for a layer.
    case imageTooSmall(layer: String)
    case invalid(reason: String)
  }

  init(input: ImageShape, widths: [String: Int]) {
    shape = input
    self.widths = widths
  }

  /// A point in the network that a later layer can read.
  package struct Tap {
    fileprivate let layer: Int?
    package let shape: ImageShape
  }
  package var tap: Tap { Tap(layer: latest, shape: shape) }

  /// Appends a side branch that starts at `tap`; returns its end and goes on where the main branch was.
  package mutating func branch(from tap: Tap, _ build: (inout LayerBuilder) -> Void) -> Tap {
    let main = self.tap
    (latest, shape) = (tap.layer, tap.shape)
    build(&self)
    let end = self.tap
    (latest, shape) = (main.layer, main.shape)
    return end
  }

  /// The channels of a layer: the model's own, or those of a narrow variant.
  func width(_ name: String, _ channels: Int) -> Int { widths[name] ?? channels }

  /// The name of the latest layer; nil before the first.
  var latestName: String? { latest.map { layers[$0].name } }

  // MARK: Appending

  /// Appends a layer that reads the latest output, or those at `taps`.
  mutating func append(_ name: String, _ kind: LayerKind, from taps: [Tap]? = nil, output: ImageShape) {
    guard error == nil else { return }
    guard names.insert(name).inserted else { return refuse("There are two layers '\(name)'; give each its own name.") }
    let inputs = taps.map { $0.map(\.layer) } ?? [latest]
    layers.append(Layer(name: name, kind: kind, inputs: inputs, input: taps?.first?.shape ?? shape, output: output))
    latest = layers.count - 1
    shape = output
  }

  mutating func refuse(_ reason: String) { error = error ?? .invalid(reason: reason) }

  mutating func refuseImage(for name: String) { error = error ?? .imageTooSmall(layer: name) }

  /// Whether `problem` can be; if not, the layer is refused.
  mutating func isValid(_ problem: ConvolutionProblem, _ name: String) -> Bool {
    guard let reason = problem.reasonInvalid else { return true }
    refuse("\(name) cannot have \(problem.outputChannels) channels: \(reason).")
    return false
  }
}
