import Glibc
import Synchronization

/// A request to end the measurement after the step or check that runs now.
package final class Interruption: Sendable {
  private let requested = Atomic<Bool>(false)

  package init() {}

  package var isRequested: Bool { requested.load(ordering: .relaxed) }

  package func request() { requested.store(true, ordering: .relaxed) }

  private static let bySignal = Interruption()

  /// Turns the first Ctrl-C, SIGTERM or SIGHUP into a request. A second signal of the same kind ends the process.
  package static func install() -> Interruption {
    let interruption = bySignal  // Made here, because a signal handler must not allocate.
    interruption.requested.store(false, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in
      Interruption.bySignal.request()
      let notice: StaticString = "\nStopping after this step or check; press Ctrl-C again to quit at once.\n"
      _ = write(STDERR_FILENO, notice.utf8Start, notice.utf8CodeUnitCount)
    }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      sigaction(signal, &action, nil)
      sigaddset(&signals, signal)
    }
    // The parent process may have left them blocked.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    return interruption
  }
}
