import Terms

extension ExpandedDepthwisePlan {
  /// The expanded tensor is counted where it is written and read, although it stays in a core's caches.
  package var forwardWork: [KernelPhase: PhaseWork] {
    [.expansion: pair.expansion.problem.directWork, .depthwise: pair.depthwise.directWork]
  }

  /// All gradients, and the expansion once more.
  package var gradientWork: [KernelPhase: PhaseWork] {
    [
      .expansion: pair.expansion.problem.directWork, .depthwise: pair.depthwise.directWork * 2,
      .products: pair.expansion.problem.directWork * 2,
    ]
  }
}
