import CGPerfTools
import Glibc
import Synchronization

/// Writes a gperftools profile of the timed steps alone. One profiler may observe several passes.
package final class CPUProfiler: Observer {
  /// The reason why there is no profile.
  package enum Failure: Error, Equatable, CustomStringConvertible {
    case cannotWrite(path: String, reason: String)
    case alreadyRunning

    package var description: String {
      switch self {
      case .cannotWrite(let path, let reason):
        "Cannot write the profile \(path) (\(reason)); give --cpu-profile a path that can be written."
      case .alreadyRunning:
        "Another CPU profile is being taken in this process; unset CPUPROFILE and start again."
      }
    }
  }

  private let path: String
  private var isRunning = false

  /// - Throws: `Failure.cannotWrite` here, and not after a minute of burn-in.
  package init(path: String) throws(Failure) {
    self.path = path
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .cannotWrite(path: path, reason: String(cString: strerror(errno))) }
    close(file)
    var state = ProfilerState()
    ProfilerGetCurrentState(&state)
    guard state.enabled == 0 else { throw .alreadyRunning }
  }

  deinit { stop() }

  package func timingBegins() {
    isTiming.store(true, ordering: .relaxed)
    if isRunning { return }
    var options = ProfilerOptions()
    options.filter_in_thread = { _ in isTiming.load(ordering: .relaxed) ? 1 : 0 }
    isRunning = ProfilerStartWithOptions(path, &options) != 0
  }

  package func timingEnded(_ samples: Samples) { isTiming.store(false, ordering: .relaxed) }

  /// Completes the file.
  package func stop() {
    if isRunning { ProfilerStop() }
    isRunning = false
  }
}

/// Whether a step is timed now. The profiler reads it at each tick, inside a signal handler.
private let isTiming = Atomic<Bool>(false)
