import Terms

/// Everything that a plan is made for.
package struct ConvolutionRequest: Hashable, Sendable {
  package var problem: ConvolutionProblem
  package var direction: Direction
  /// The epilogue of the forward direction; it is empty for gradients.
  package var epilogue: Epilogue
  /// A subset of what the back end's `fusions` offers.
  package var fusions: Fusions
  /// Whether the filter is packed once for many runs, so that a second copy of it pays.
  package var filterIsConstant: Bool

  package init(
    _ problem: ConvolutionProblem, _ direction: Direction, epilogue: Epilogue = .none, fusions: Fusions = [],
    filterIsConstant: Bool = false
  ) {
    self.problem = problem
    self.direction = direction
    self.epilogue = epilogue
    self.fusions = fusions
    self.filterIsConstant = filterIsConstant
  }
}

/// Neighbouring operations that a plan can do while it holds the data anyway. Each one saves a pass over memory.
package struct Fusions: OptionSet, Hashable, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Forward: a 2x2 max pool with stride 2 (VALID) behind a ReLU epilogue; only the pooled output is stored.
  /// Gradients: the output gradient comes pooled, with the pooling indices that the forward pass stored.
  package static let maxPool = Fusions(rawValue: 1)
  /// Input gradient: zero where the activation of the layer below is not positive.
  package static let reluBackward = Fusions(rawValue: 2)
  /// Filter gradient: the sum of the output gradient over all pixels, too.
  package static let biasGradient = Fusions(rawValue: 4)
}
