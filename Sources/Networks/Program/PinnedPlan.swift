import Convolution
import Terms

/// The decisions of a plan that was made before: the back end of each convolution in each direction, and which
/// convolutions run apart from their neighbours.
package struct PinnedPlan: Sendable {
  private var backends: [String: [Direction: any ConvolutionBackend]] = [:]
  private var apart: Set<String> = []

  package init() {}

  /// Pins the back end that runs a layer in a direction.
  package mutating func pin(_ layer: String, _ direction: Direction, on backend: any ConvolutionBackend) {
    backends[layer, default: [:]][direction] = backend
  }

  /// Keeps a convolution out of the groups that pay on some machines only: a max pool computed on the way, a chain of
  /// convolutions, and an expansion that stays in the cache. What always pays, such as an activation, still joins it.
  package mutating func runApart(_ layer: String) { apart.insert(layer) }

  package func backend(of layer: String, _ direction: Direction) -> (any ConvolutionBackend)? {
    backends[layer]?[direction]
  }

  package func runsApart(_ layer: String) -> Bool { apart.contains(layer) }
}
