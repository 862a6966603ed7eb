import Convolution
import Terms

extension FusedGroup {
  /// A plan of a group as reports show it.
  package struct PlanLine: Sendable {
    package let direction: Direction
    package let backend: String
    package let algorithm: String
    /// The problem as planned, or those of a chain.
    package let problem: String
    /// Images that it takes at a time.
    package let microBatch: Int
    package let workspaceBytes: Int
    /// What it does besides the product, in the order in which it does it.
    package let besides: [String]
    /// Why it is not the back end that was asked for.
    package let refusal: String?
  }

  /// A line for each direction, in the order in which a step runs them; none where no back end is chosen.
  package var planLines: [PlanLine] {
    convolutions.prefix(1).flatMap { convolution in
      convolution.assignments.map { assignment in
        let direction = assignment.request.direction
        return PlanLine(
          direction: direction, backend: assignment.backend, algorithm: assignment.algorithm,
          problem: chain?.chain.description ?? assignment.request.problem.description,
          microBatch: assignment.request.problem.batch, workspaceBytes: assignment.workspaceBytes,
          besides: direction == .forward ? epilogue : convolution.besides(direction), refusal: assignment.refusal)
      }
    }
  }

  /// What its forward plan does besides.
  private var epilogue: [String] {
    var parts: [String] = []
    if convolutions.contains(where: \.hasBias) { parts.append("bias") }
    if moments != nil {
      parts.append("batch norm by its input's covariance")
    } else if convolutions.contains(where: { $0.normalization != nil }) {
      parts.append("folded batch norm")
    }
    if convolutions.contains(where: { $0.residual != nil }) { parts.append("residual") }
    for activation in convolutions.map(\.activation) where activation != .none {
      if !parts.contains(activation.rawValue) { parts.append(activation.rawValue) }
    }
    if convolutions.contains(where: { $0.pool != nil }) { parts.append("max pool") }
    return parts
  }

  /// What is in memory from the forward pass to the backward pass.
  package var savedForBackward: [String] {
    (keepsOutput ? ["output"] : []) + (saved == .nothing ? [] : [saved.rawValue])
  }
}

extension FusedConvolution {
  /// What the plan of a gradient does besides, and where its input comes from.
  fileprivate func besides(_ direction: Direction) -> [String] {
    switch direction {
    case .forward: []
    case .filterGradient:
      (filterInput == .stored ? [] : ["input recomputed"])
        + (biasGradient == .none ? [] : ["bias gradient \(biasGradient.rawValue)"])
    case .inputGradient: masksInputGradient ? ["ReLU mask of the layer below"] : []
    }
  }
}

extension FusedGroup: CustomStringConvertible {
  /// A line for the group and one for each of its plans and notes.
  package var description: String {
    var lines = ["\(name): \(names.joined(separator: ", "))"]
    if !savedForBackward.isEmpty { lines[0] += "; saves \(savedForBackward.joined(separator: ", "))" }
    lines += planLines.map { line in
      let besides = line.besides.isEmpty ? "" : " with \(line.besides.joined(separator: ", "))"
      return "\(line.direction) on \(line.backend), \(line.algorithm), \(line.microBatch) images at a time\(besides)"
    }
    return (lines + notes).joined(separator: "\n  ")
  }
}
