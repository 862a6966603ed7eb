/// Checks that base and head compute the same, before any timing counts.
enum Agreement {
  /// - Returns: a sentence where they differ, else nil
  static func disagreement(base: [WorkerOutput], head: [WorkerOutput]) -> String? {
    guard !head.isEmpty else { return "Head returns no output." }
    guard base.map(\.name) == head.map(\.name) else {
      let names = [base, head].map { $0.map(\.name).joined(separator: ", ") }
      return "Base computes \(names[0]), head \(names[1])."
    }
    let typical = meanSquare(base.flatMap(\.values))
    for (base, head) in zip(base, head) {
      guard base.values.count == head.values.count else {
        return "\(head.name) has \(head.values.count) values, \(base.values.count) in base."
      }
      let errors = meanSquare(zip(head.values, base.values).map { $0 - $1 })
      // A gradient that cancels consists of rounding errors, so it is compared with a thousandth of the typical norm.
      let scale = max(meanSquare(base.values), 1e-6 * typical)
      let error = errors == 0 ? 0 : (errors / scale).squareRoot()
      let tolerance = max(base.tolerance, head.tolerance)
      // Comparisons with NaN are false, so NaN counts as a difference.
      guard error <= tolerance else {
        return "\(head.name) differs from base's by \(Float(error)) of its norm; \(Float(tolerance)) is allowed."
      }
    }
    return nil
  }

  private static func meanSquare(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(values.count, 1))
  }
}

extension Agreement {
  /// A sentence where base and head do not run each layer alike, which is no fault: a change of plans is one way to
  /// become faster or slower. Nil where they do, and where one of them does not say.
  static func planChange(base: [String]?, head: [String]?) -> String? {
    guard let base, let head, base != head else { return nil }
    let changed = head.filter { !base.contains($0) }
    let before = base.filter { !head.contains($0) }
    guard let new = changed.first ?? before.first else { return "Base and head run the same layers in another order." }
    let count = max(changed.count, before.count)
    let old = before.first.map { "base has \($0)" } ?? "base has nothing of it"
    return "The plans of base and head differ in \(count) layer\(count == 1 ? "" : "s"): \(old), and head \(new)."
  }
}
