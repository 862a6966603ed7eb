import Analysis
import ArgumentParser
import Convolution
import Measurement
import Results
import Threads

/// `bench machine`: the multiply-add peak and the bandwidth of each level of memory.
struct MachineCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Show what bounds this machine: multiply-adds, and the bandwidth of its caches and its memory.",
    discussion: """
      bench machine
      bench machine --threads 1 --curve
      bench machine --refresh --format json

      At one thread and at all threads. The figures are kept for seven days; the first measurement takes about ten \
      seconds.
      """)

  @Flag(help: "Measure again, and replace what is known.")
  var refresh = false

  @Flag(help: "Also print the bandwidth of reading working sets of every size; JSON always has it.")
  var curve = false

  @OptionGroup var machine: MachineOptions

  @OptionGroup var format: FormatOption

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    let all = try machine.context()
    let session = Session(console)
    var measures = false
    let measurement = MachineMeasurement(machine: session.machine, refresh: refresh) { sentence in
      measures = true
      console.note(sentence)
    }
    let one = ExecutionContext(pool: ThreadPool(count: 1), instructionSet: all.instructionSet)
    var (bounds, peaks): ([MachineBounds], [FMAPeak]) = ([], [])
    for context in all.pool.count == 1 ? [all] : [one, all] where !session.interruption.isRequested {
      bounds.append(try measurement.bounds(context))
      peaks += try Self.peaks(context, measurement)
    }
    let file = MachineFile(context: session.circumstancesNow, bounds: bounds, fmaPeaks: peaks)
    if renderer is JSONRenderer {
      console.write(String(decoding: try file.json(), as: UTF8.self))
    } else {
      // What the machine does now says nothing of figures that an earlier run measured.
      let warnings = measures ? ContextWarning.circumstances(file.context, threads: all.pool.count) : []
      let tables = MachineTables(file, now: MonotonicClock().wallTime, warnings: warnings)
      console.print(tables.all(withCurve: curve), with: renderer)
    }
    return session.end()
  }

  /// The peaks of every instruction set on the threads of `context`, whose bounds were found before.
  private static func peaks(_ context: ExecutionContext, _ measurement: MachineMeasurement) throws -> [FMAPeak] {
    // The peak of its own set was measured with its bounds.
    var known = measurement
    known.refresh = false
    return try InstructionSet.allCases.filter(\.isAvailable).map { set in
      try (set == context.instructionSet ? known : measurement).fmaPeak(
        ExecutionContext(pool: context.pool, instructionSet: set))
    }
  }
}
