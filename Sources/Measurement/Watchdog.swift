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
    pthread_create(&thread, nil, { _ in Watchdog.watch() }, nil)
    return bell
  }()
  /// A process with children that ends with this one; 0 where there is none.
  private static let child = Atomic<Int32>(0)

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

  /// Names the process group that is to end with this process; 0 for none.
  package static func setChild(_ identifier: Int32) { child.store(identifier, ordering: .relaxed) }

  /// Called by a signal handler.
  static func endChildren() {
    let identifier = child.load(ordering: .relaxed)
    if identifier > 0 { kill(-identifier, SIGKILL) }
  }

  private static func watch() -> UnsafeMutableRawPointer? {
    while true {
      guard sem_wait(bell) == 0 else { continue }
      while let seconds = left() {
        if seconds > 0 {
          usleep(UInt32(min(seconds, 0.1) * 1e6) + 1)
          continue
        }
        end()
      }
    }
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
    endChildren()
    fflush(nil)
    _exit(status)
  }
}
