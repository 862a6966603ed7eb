import Kernels
import Tensors
import Terms

/// Winograd's minimal filtering: 2.25 to 6.25 times fewer multiplications than the definition, for stride 1.
///
/// Source: Winograd 1980; Lavin & Gray 2016 for convolutional networks.
package struct Winograd: ConvolutionBackend {
  /// Outputs of a tile in each dimension, for 3x3 filters.
  package enum Tile: Sendable {
    case two
    case four
    case six
  }
  private let tile: Tile
  private let policy: CachePolicy

  package init(_ tile: Tile = .four, caches: CacheSizes = .current) {
    self.tile = tile
    policy = CachePolicy(caches)
  }

  package var name: String {
    switch tile {
    case .two: "winograd:f2"
    case .four: "winograd"
    case .six: "winograd:f6"
    }
  }
  package var summary: String {
    switch tile {
    case .two: "Winograd F(2x2,3x3) and F(2x2,5x5): 2.25 and 2.8 times fewer multiplications, little rounding"
    case .four: "Winograd F(4x4,3x3) and F(4x4,5x5), stride 1: 4 and 6.25 times fewer multiplications"
    case .six: "Winograd F(6x6,3x3): 5 times fewer multiplications, five times the rounding error of F(4x4)"
    }
  }

  package var followsDefinition: Bool { false }

  package func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? {
    let kernel = problem.kernel
    if problem.stride != .init(1) {
      return "Winograd needs stride 1; this layer has stride \(problem.stride.height)x\(problem.stride.width)."
    }
    if problem.isDilated { return "Winograd needs taps that are neighbours; this layer is dilated." }
    if kernel != .init(3), tile == .six || kernel != .init(5) {
      let sizes = tile == .six ? "3x3" : "3x3 or 5x5"
      return "\(name) needs a \(sizes) filter; this layer has \(kernel.height)x\(kernel.width)."
    }
    if problem.isDepthwise {
      return "Winograd saves multiplications between channels; with one channel in a group there are none to save."
    }
    return nil
  }

  /// The first layer of a network has too few channels to fill a vector, and its transforms cost as much as its
  /// products: 8.7 ms against 5.9 for the direct algorithm on VGG's, batch 16.
  package func pays(_ problem: ConvolutionProblem, _ direction: Direction) -> Bool {
    problem.channelsPerGroup >= 8 && problem.outputChannelsPerGroup >= 8
  }

  package func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
    direction == .filterGradient ? .winogradFilterGradient : algorithm(for: problem).tolerance
  }

  /// The pool needs F(4x4,3x3) with tiles of whole windows, and whole vectors of any instruction set.
  package func fusions(_ problem: ConvolutionProblem, _ direction: Direction) -> Fusions {
    let padding = problem.padding
    let output = problem.output
    let canPool =
      tile == .four && problem.kernel == .init(3) && padding.top == 1 && padding.left == 1
      && problem.outputChannelsPerGroup % 16 == 0 && min(output.height, output.width) >= 2
    let pool: Fusions = canPool ? .maxPool : []
    return switch direction {
    case .forward: pool
    case .inputGradient: pool.union(.reluBackward)
    case .filterGradient: pool.union(.biasGradient)
    }
  }

  package func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
    request.direction == .filterGradient
      ? WinogradGradientPlan(request, algorithm: gradientAlgorithm(for: request.problem), policy: policy, in: context)
      : WinogradPlan(request, algorithm: algorithm(for: request.problem), policy: policy, in: context)
  }

  private func algorithm(for problem: ConvolutionProblem) -> WinogradAlgorithm {
    let hasFiveTaps = problem.kernel == .init(5)
    return switch tile {
    case .two: hasFiveTaps ? .f2x5 : .f2x3
    case .four: hasFiveTaps ? .f4x5 : .f4x3
    case .six: .f6x3
    }
  }

  /// Filter gradients take the six points with every tile, since they round less.
  private func gradientAlgorithm(for problem: ConvolutionProblem) -> WinogradGradientAlgorithm {
    problem.kernel == .init(5) ? .f2x5 : .f4x3
  }
}
