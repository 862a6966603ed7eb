/// How long the stages of a run take, for reports of time per layer. One worker's, who begins at the same time as the
/// others.
package final class StageLaps: @unchecked Sendable {
  /// Counts nanoseconds; nil where nobody asks.
  package var clock: (() -> UInt64)?
  private var sums: [UInt64]
  private var last: UInt64 = 0

  package init(stages: Int) { sums = [UInt64](repeating: 0, count: stages) }

  func start() {
    if let clock { last = clock() }
  }

  /// What has passed since the last call belongs to `stage`.
  func lap(_ stage: Int) {
    guard let clock else { return }
    let now = clock()
    sums[stage] += now - last
    last = now
  }

  /// Each stage's part of the time since the last call.
  package func takeParts() -> [Double] {
    let total = Double(sums.reduce(0, +))
    defer { sums = sums.map { _ in 0 } }
    return sums.map { total > 0 ? Double($0) / total : 1 / Double(sums.count) }
  }
}
