import Glibc
import Synchronization

/// A request to end the measurement after the step or check that runs now.
package final class Interruption: Sendable {
  /// When it was requested, in nanoseconds of the monotonic clock; 0 where it was not.
  private let requested = Atomic<UInt64>(0)
  /// The longest step so far, in nanoseconds.
  private let longest = Atomic<UInt64>(0)

  package init() {}

  package var isRequested: Bool { requested.load(ordering: .relaxed) != 0 }

  package func request() {
    _ = requested.compareExchange(expected: 0, desired: Self.now, ordering: .relaxed)
  }

  /// Seconds since the request; nil where there is none.
  package var elapsed: Double? {
    let time = requested.load(ordering: .relaxed)
    return time == 0 ? nil : Double(Self.now - time) / 1e9
  }

  /// Takes note of a step's duration: who waits for the end of a step waits for as long a one.
  package func saw(step seconds: Double) {
    let duration = UInt64(max(0, min(seconds, 1e9)) * 1e9)
    _ = longest.max(duration, ordering: .relaxed)
  }

  /// The longest step so far, in seconds.
  package var longestStep: Double { Double(longest.load(ordering: .relaxed)) / 1e9 }

  private static let bySignal = Interruption()
  /// A second signal within so many nanoseconds of the first is the same request: `timeout` sends one to the process
  /// and one to its group.
  private static let sameRequest: UInt64 = 500_000_000

  /// Turns Ctrl-C, SIGTERM and SIGHUP into a request; half a second later another one ends the process. A signal that
  /// was ignored when the program began stays ignored, as after `nohup` or in a background job of a script.
  package static func install() -> Interruption {
    let interruption = bySignal  // Made here, because a signal handler must not allocate.
    interruption.requested.store(0, ordering: .relaxed)
    interruption.longest.store(0, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { Interruption.bySignal.receive($0) }
    action.sa_flags = SA_RESTART
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(signal) {
      sigaction(signal, &action, nil)
      sigaddset(&signals, signal)
    }
    // The parent process may have left them blocked.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    return interruption
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    sigaction(signal, nil, &action)
    // SIG_IGN is 1 and cannot be compared as a function.
    return unsafeBitCast(action.__sigaction_handler, to: Int.self) == 1
  }

  /// What the handler does. Nothing here allocates or takes a lock.
  private func receive(_ number: Int32) {
    let time = requested.load(ordering: .relaxed)
    if time == 0 {
      request()
      Self.say("\nStopping after this step or check; press Ctrl-C again to quit at once.\n")
      Watchdog.wake()
    } else if Self.now - time > Self.sameRequest {
      if Watchdog.quit(number) { return }
      signal(number, SIG_DFL)
      // It is blocked until this handler returns.
      raise(number)
    }
  }

  private static func say(_ text: StaticString) { _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount) }

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
