/// How long the stages of a run take, for reports of time per layer.
package struct StageLaps {
  /// Counts nanoseconds.
  private let clock: () -> UInt64
  /// Sums of each stage.
  private let sums: UnsafeMutablePointer<UInt64>
  private var last: UInt64 = 0

  package init(clock: @escaping () -> UInt64, sums: UnsafeMutablePointer<UInt64>) {
    self.clock = clock
    self.sums = sums
  }

  mutating func start() { last = clock() }

  /// What has passed since the last call belongs to `stage`.
  mutating func lap(_ stage: Int) {
    let now = clock()
    sums[stage] += now - last
    last = now
  }
}
