import Terms

extension InvertedResidualPlan {
  /// The expanded tensor is counted where it is written and read, although it stays in a core's caches.
  var work: [KernelPhase: PhaseWork] {
    [
      .expansion: block.expansion.problem.directWork, .depthwise: block.depthwise.problem.directWork,
      .projection: block.projection.problem.directWork,
    ]
  }
}
