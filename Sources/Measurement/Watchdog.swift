import Glibc
import Synchronization

/// Ends the process where a step, a check or a plan does not end in time after a request to stop.
///
/// A thread of its own sleeps until the request; then it waits for the grace time. It runs nothing while something is
/// timed.
package final class Watchdog: Sendable {
  /// Seconds between a request and the end that nobody has to be asked for.
  package static let usualGrace = 10.0

  private struct Guarded {
    let interruption: Interruption
    let grace: Double
    let lastWords: @Sendable () -> Int32
  }
  private static let guarded = Mutex<Guarded?>(nil)
  private nonisolated(unsafe) static let bell: UnsafeMutablePointer<sem_t> = {
    let bell = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    sem_init(bell, 0, 0)
    var thread = pthread_t()
    if pthread_create(&thread, nil, { _ in Watchdog.watch() }, nil) == 0 { isWatching.store(true, ordering: .relaxed) }
    return bell
  }()
  private static let isWatching = Atomic<Bool>(false)
  /// The signal that ends the process at once; 0 where there was none.
  private static let quitSignal = Atomic<Int32>(0)
  private static let cleanup = Mutex<(@Sendable () -> Void)?>(nil)

  /// Watches until `release`.
  /// - Parameter lastWords: keeps what was measured, and returns the exit code. It runs beside the step that does not
  ///   end
  package static func guardEnd(
    of interruption: Interruption, grace: Double, lastWords: @escaping () -> Int32
  ) {
    _ = bell
    nonisolated(unsafe) let lastWords = lastWords
    guarded.withLock { $0 = Guarded(interruption: interruption, grace: grace) { lastWords() } }
  }

  package static func release() { guarded.withLock { $0 = nil } }

  /// Called by a signal handler.
  static func wake() { sem_post(bell) }

  /// Has `body` run before the process ends, be it by a second signal or by the grace time; nil for nothing.
  package static func cleanUp(with body: (() -> Void)?) {
    guard let body else { return cleanup.withLock { $0 = nil } }
    nonisolated(unsafe) let kept = body
    cleanup.withLock { $0 = { kept() } }
  }

  /// Ends the process by a signal after what has to be cleaned up. Called by a signal handler.
  /// - Returns: false where nothing has to, or where it was asked before: the handler is to end the process itself
  static func quit(_ signal: Int32) -> Bool {
    guard isWatching.load(ordering: .relaxed),
      quitSignal.compareExchange(expected: 0, desired: signal, ordering: .relaxed).exchanged
    else { return false }
    wake()
    return true
  }

  private static func watch() -> UnsafeMutableRawPointer? {
    while true {
      guard sem_wait(bell) == 0 else { continue }
      quitIfAsked()
      while let seconds = left() {
        quitIfAsked()
        if seconds > 0 {
          usleep(UInt32(min(seconds, 0.1) * 1e6) + 1)
          continue
        }
        end()
      }
    }
  }

  private static func quitIfAsked() {
    let number = quitSignal.load(ordering: .relaxed)
    guard number != 0 else { return }
    cleanup.withLock { $0 }?()
    signal(number, SIG_DFL)
    kill(getpid(), number)
  }

  /// The seconds until the end; nil where nothing is guarded or nothing was requested.
  private static func left() -> Double? {
    guarded.withLock { guarded in
      guard let guarded, let elapsed = guarded.interruption.elapsed else { return nil }
      return max(guarded.grace, 1.5 * guarded.interruption.longestStep) - elapsed
    }
  }

  private static func end() -> Never {
    let lastWords = guarded.withLock { guarded in
      defer { guarded = nil }
      return guarded?.lastWords
    }
    let status = lastWords?() ?? 1
    cleanup.withLock { $0 }?()
    fflush(nil)
    _exit(status)
  }
}
