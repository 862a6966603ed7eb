import Synchronization

/// What is kept of a measurement that has to end while something runs that does not.
final class LastWords: Sendable {
  private let keep = Mutex<(@Sendable () -> Void)?>(nil)

  /// The closure reads what the measuring thread wrote before it got stuck.
  func set(_ keep: @escaping () -> Void) {
    nonisolated(unsafe) let keep = keep
    self.keep.withLock { $0 = { keep() } }
  }

  func say() { keep.withLock { $0 }?() }
}
