import Convolution
import Foundation
import Kernels
import Measurement
import Results

/// What every measuring command does around its measurement: it takes Ctrl-C, notes the circumstances at the start,
/// watches what else the machine does, and ends with a sentence and an exit code.
final class Session {
  let console: Console
  let interruption: Interruption
  /// The back ends of shared libraries that take part.
  let plugins: Plugins
  /// The seconds that a step may take after a request to stop.
  let grace: Double
  /// The machine and the build at the start.
  private let start: Context
  private let inquiry = CommitInquiry()
  private let before: SystemSample
  /// In cycles per second at the start, for a session that asks for it.
  private let clockFrequency: Double?

  /// What the watchdog does when a step does not end; see `keepOnForcedEnd`.
  private let lastWords = LastWords()

  /// - Parameters:
  ///   - grace: the seconds that a step may take after a request to stop
  ///   - reserve: the seconds more for a command that looks at the grace time by itself, and has files to write
  ///   - measuresClock: whether the clock's frequency is measured, too; it takes 30 ms each time
  ///   - plugins: the shared libraries that were loaded
  init(
    _ console: Console, grace: Double = Watchdog.usualGrace, reserve: Double = 0, measuresClock: Bool = false,
    plugins: Plugins = Plugins()
  ) {
    self.console = console
    self.grace = grace
    self.plugins = plugins
    interruption = Interruption.install()
    start = capturedContext(plugins)
    before = SystemSample.capture()
    clockFrequency = measuresClock ? ClockFrequency.measure() : nil
    let words = lastWords
    Watchdog.guardEnd(of: interruption, grace: grace + reserve) {
      console.note("What runs does not end; \(durationText(grace)) after the request the program does (see --grace).")
      words.say()
      return ExitStatus.failure
    }
  }

  deinit { Watchdog.release() }

  /// Has `keep` run before the process ends because a step does not. It runs on another thread, beside that step.
  func keepOnForcedEnd(_ keep: @escaping () -> Void) { lastWords.set(keep) }

  var machine: Machine { start.machine }

  /// The machine, the build, the libraries and the commit at the start.
  var circumstances: Context {
    var context = start
    context.commit = inquiry.commit()
    context.blas = loadedBLAS()
    return context
  }

  /// The circumstances with what the machine has done since the start.
  var circumstancesNow: Context {
    var context = circumstances
    context.activity = SystemSample.capture().since(before)
    if let clockFrequency, let now = ClockFrequency.measure() {
      context.clockFrequencies = ClockFrequencies(before: clockFrequency, after: now)
    }
    return context
  }

  /// The activity of the machine while `body` runs, for a command that measures only in a part of its time.
  func activity(during body: () -> Void) -> Activity {
    let before = SystemSample.capture()
    body()
    return SystemSample.capture().since(before)
  }

  /// What bounds a layer on these threads: operations a second and, where that is asked for, bytes a second.
  func limits(_ context: ExecutionContext, withBandwidth: Bool = false) throws -> MachineLimits {
    MachineLimits(
      peak: try fmaPeak(context, cpuModel: machine.cpuModel ?? "unknown"),
      // The run goes on without a bandwidth where the system refuses the memory.
      bandwidth: withBandwidth ? (try? bounds(context))?.dram?.read : nil)
  }

  /// What bounds these threads: the multiply-add peak and the bandwidth of each level of memory. It is known for seven
  /// days; to measure it takes two to three seconds, and is said on standard error.
  /// - Parameter again: whether to measure all the same, because something ran faster
  func bounds(_ context: ExecutionContext, again: Bool = false) throws -> MachineBounds {
    try MachineMeasurement(machine: machine, again: again, note: console.note).bounds(context)
  }

  /// What bounds these threads, where `bench machine` or another command has measured it in the last seven days.
  func knownBounds(_ context: ExecutionContext) -> MachineBounds? {
    MachineMeasurement(machine: machine).known(context)
  }

  /// Measures one element after the other until the user interrupts or one fails.
  /// - Returns: why it failed. Measurements before that are not lost: the caller shows and keeps them, then throws
  ///   this.
  func untilFailure<Elements: Sequence>(
    _ elements: Elements, measure: (Elements.Element) throws -> Void
  ) -> (any Error)? {
    for element in elements where !interruption.isRequested {
      do { try measure(element) } catch { return error }
    }
    return nil
  }

  /// The exit code of a command that has not failed; says so where it was interrupted.
  func end() -> Int32 {
    guard interruption.isRequested else { return 0 }
    console.note("The run was interrupted; the result holds what was measured until then.")
    return ExitStatus.failure
  }
}

/// The machine, the build and the libraries, now; without the commit.
func capturedContext(_ plugins: Plugins = Plugins()) -> Context {
  var context = RunContext.capture(
    commandLine: CommandLine.arguments,
    blas: loadedBLAS(),
    timedCodeIsOptimised: kernelsAreOptimised())
  if !plugins.isEmpty { context.libraries = plugins.libraries }
  return context
}

/// The BLAS library; nil where nothing has needed it.
func loadedBLAS() -> BLASLibrary? {
  guard OpenBLAS.isLoaded, let version = OpenBLAS.version, let core = OpenBLAS.core else { return nil }
  return BLASLibrary(version: version, core: core, threads: OpenBLAS.threads)
}

/// The most that a machine does a second.
struct MachineLimits {
  /// Multiply-adds count as two operations.
  let peak: Double
  /// Bytes read from memory; nil where they were not measured.
  let bandwidth: Double?
}
