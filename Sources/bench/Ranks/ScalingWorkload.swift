import Measurement

/// One of the kinds of steps that take turns where the scaling is measured.
final class ScalingWorkload: Workload {
  enum Kind: CaseIterable {
    /// Rank 0 takes a step and the others are idle.
    case alone
    /// All ranks take a step, each for itself.
    case separate
    /// All ranks take a step and average their gradients.
    case together
  }

  private let ranked: RankedProgram
  private let kind: Kind

  init(_ ranked: RankedProgram, _ kind: Kind) { (self.ranked, self.kind) = (ranked, kind) }

  func stepBegins() { ranked.follow(kind == .together) }

  func step() {
    if kind == .alone, !ranked.ranks.isRoot { return }
    ranked.program.run()
  }
}
