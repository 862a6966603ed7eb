import CGPerfTools
import CTicks
import Glibc
import Profiles
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

  package let path: String
  /// What the profile says beside its samples.
  package var notes = ProfileNotes()
  private let label: @convention(c) () -> UInt32
  private var isRunning = false
  /// The processor time of the whole process in the timed steps so far, in seconds.
  private var processorTime = 0.0
  private var startOfTiming: Double?

  /// - Parameter label: of the operation for which the calling thread computes, 0 for none; signal handlers call it
  /// - Throws: `Failure.cannotWrite` here, and not after a minute of burn-in.
  package init(path: String, label: @escaping @convention(c) () -> UInt32 = { 0 }) throws(Failure) {
    self.path = path
    self.label = label
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .cannotWrite(path: path, reason: String(cString: strerror(errno))) }
    close(file)
    var state = ProfilerState()
    ProfilerGetCurrentState(&state)
    guard state.enabled == 0 else { throw .alreadyRunning }
  }

  deinit { stop() }

  package func timingBegins() {
    startOfTiming = Self.processorTimeNow
    isTiming.store(true, ordering: .relaxed)
    defer { cticks_enable(true) }
    if isRunning { return }
    var options = ProfilerOptions()
    options.filter_in_thread = { _ in isTiming.load(ordering: .relaxed) ? 1 : 0 }
    isRunning = ProfilerStartWithOptions(path, &options) != 0
    if isRunning { cticks_begin(label) }
  }

  package func timingEnded(_ samples: Samples) {
    cticks_enable(false)
    isTiming.store(false, ordering: .relaxed)
    if let start = startOfTiming { processorTime += Self.processorTimeNow - start }
    startOfTiming = nil
  }

  /// Completes the file, without the line that gperftools prints about it.
  /// - Returns: the number of samples; nil where the timed steps never began
  @discardableResult
  package func stop() -> Int? {
    guard isRunning else { return nil }
    let ticks = UnsafeBufferPointer(start: cticks_all(), count: cticks_end())
    notes.ticks = Dictionary(ticks.map { (.init(address: $0.address, label: Int($0.label)), 1) }, uniquingKeysWith: +)
    var state = ProfilerState()
    ProfilerGetCurrentState(&state)
    withQuietErrors { ProfilerStop() }
    isRunning = false
    notes.processorTime = processorTime
    append(notes.text)
    return Int(state.samples_gathered)
  }

  /// Where this fails the disk is full, and whoever reads the profile finds that it is truncated.
  private func append(_ text: String) {
    guard let file = fopen(path, "a") else { return }
    fputs(text, file)
    fclose(file)
  }

  private static var processorTimeNow: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}

/// Whether a step is timed now. The profiler reads it at each tick, inside a signal handler.
private let isTiming = Atomic<Bool>(false)
