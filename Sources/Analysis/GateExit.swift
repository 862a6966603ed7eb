import Results

/// What the exit code of a gate is made from.
package enum GateExit {
  /// Findings in the order of their weight: something wrong, something slower, nothing at all, nothing certain.
  ///
  /// 1, that the tool failed, is never a verdict, and 0 never means that nothing was compared.
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
