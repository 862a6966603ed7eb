import Results

/// The exit codes of a gate.
package enum GateExit {
  /// The exit code for some findings. An error outweighs a regression, then comes that nothing was compared, then that
  /// nothing is certain.
  ///
  /// Code 1, a failure of the tool, is never a verdict, and 0 never means that nothing was compared.
  package static func code(
    _ findings: [GateFinding], requireConclusive: Bool = false, failOnImprovement: Bool = false
  ) -> Int32 {
    let verdicts = Set(findings.map(\.verdict))
    if verdicts.contains(.error) { return error }
    if verdicts.contains(.regression) { return regression }
    if verdicts.subtracting([.missing]).isEmpty { return nothing }
    if failOnImprovement, verdicts.contains(.improvement) { return regression }
    if requireConclusive, verdicts.contains(.inconclusive) { return inconclusive }
    let isKnown = !verdicts.isDisjoint(with: [.pass, .improvement])
    return isKnown || findings.contains(where: \.isCompared) ? 0 : nothing
  }

  package static let regression: Int32 = 2
  package static let error: Int32 = 3
  package static let nothing: Int32 = 5
  package static let otherMachine: Int32 = 6
  package static let inconclusive: Int32 = 7
}
