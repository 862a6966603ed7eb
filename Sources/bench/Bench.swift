import ArgumentParser
import Communication
import Foundation

/// The exit codes beside 0; `GateExit` has those of a gate.
enum ExitStatus {
  /// The machine, a file or a fault of this program prevented the result.
  static let failure: Int32 = 1
  /// A kernel computed something wrong.
  static let mismatch: Int32 = 3
  /// `bench doctor --strict` found something that disturbs measurements.
  static let unfit: Int32 = 4
  /// The command line is wrong.
  static let usage: Int32 = 64
}

/// The reason why a command ends early, as a sentence, and its exit code.
struct Failure: Error, CustomStringConvertible {
  let description: String
  let status: Int32

  static func usage(_ sentence: String) -> Failure { Failure(description: sentence, status: ExitStatus.usage) }
  static func failed(_ sentence: String) -> Failure { Failure(description: sentence, status: ExitStatus.failure) }
}

/// A subcommand that writes to a console.
protocol BenchCommand: ParsableCommand {
  /// - Returns: the exit code.
  func run(on console: Console) throws -> Int32
}

struct Bench: ParsableCommand {
  /// Raised with the change log. A result names the commit, which says more.
  static let version = "0.1.0-dev"

  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures convolutional networks on this machine's processor.",
    discussion: """
      Type first:
        bench vgg16                          a result in under three minutes
        bench list                           the other models, and the back ends
        bench doctor                         what disturbs measurements here
      Then:
        bench profile vgg16                  where the time goes, against the machine's bounds
        bench backends vgg16 --batch-size 4  every back end, in turns
        bench tune vgg16 --output plan.json  the fastest back end of each layer, as a plan
        bench scale vgg16                    threads and batch sizes
        bench layer vgg16:conv3_2            one convolution, in all directions
        bench report results/runs --html r.html    a page with charts
        bench train cifar10-tutorial --data synthetic    training with its input pipeline
        bench flamegraph vgg16.prof          where the time went, of vgg16 --cpu-profile vgg16.prof

      The options of a measurement: bench help run.
      Completions: bench --generate-completion-script bash (or zsh, fish).
      """,
    subcommands: [
      Run.self, List.self, Describe.self, Verify.self, CompareBackends.self, TuneCommand.self,
      ScaleCommand.self, LayerCommand.self, ProfileCommand.self,
      TrainCommand.self, EvaluateCommand.self, MachineCommand.self, ReportCommand.self, HistoryCommand.self,
      FlameGraphCommand.self, DoctorCommand.self,
      Compare.self, BaselineCommand.self, GateCommand.self, CheckBackendCommand.self, WorkerCommand.self,
      PluginWorkerCommand.self,
    ],
    defaultSubcommand: Run.self)
}

/// Runs the program on arguments, the program's name left out. Text goes to `console`; the result is the exit code.
package func bench(_ arguments: [String], on console: Console) -> Int32 {
  let status: Int32
  if let launcher = Launcher(ProcessInfo.processInfo.environment) {
    #if MPI
      status = launched(arguments, on: console)
    #else
      status = launched(arguments, on: console, by: launcher)
    #endif
  } else {
    status = execute(arguments, on: console, among: nil)
  }
  guard status == 0, console.hasLostOutput else { return status }
  console.note("Error: Standard output could not be written: its disk is full or its reader has gone.")
  return ExitStatus.failure
}

/// - Parameter ranks: nil in a process of its own
func execute(_ arguments: [String], on console: Console, among ranks: Ranks?) -> Int32 {
  defer { PluginWatch.stop() }
  if arguments == ["--version"] {
    console.print("bench \(Bench.version)")
    return 0
  }
  do {
    var command = try parse(arguments, among: ranks)
    if let command = command as? any RankedCommand { return try command.run(on: console, among: ranks) }
    if let command = command as? any BenchCommand { return try command.run(on: console) }
    // A command with subcommands alone and `help` both throw the text that is to be printed.
    try command.run()
    return 0
  } catch let shared as SharedError {
    return report(shared.error, on: console)
  } catch {
    if let ranks, ErrorText.status(of: error) != 0 {
      // The others wait for this rank, and know nothing of its error.
      ranks.giveUp("Rank \(ranks.rank): \(ErrorText.text(of: error))", ErrorText.status(of: error))
    }
    return report(error, on: console)
  }
}

/// - Throws: what the parser does, or a `SharedError`
private func parse(_ arguments: [String], among ranks: Ranks?) throws -> any ParsableCommand {
  guard let ranks else { return try Bench.parseAsRoot(arguments) }
  let command = try ranks.together {
    let command = try Bench.parseAsRoot(arguments)
    if let other = command as? any BenchCommand, !(other is any RankedCommand) {
      throw Failure.usage(
        "`bench \(type(of: other)._commandName)` runs in one process; start it without mpirun.")
    }
    return command
  }
  try ranks.checkSameProgram(arguments)
  return command
}

/// Says what went wrong.
/// - Returns: the exit code
private func report(_ error: any Error, on console: Console) -> Int32 {
  if let failure = error as? Failure {
    console.note("Error: \(failure)")
    return failure.status
  }
  // A request for help ends here too, with code 0.
  let (status, message) = (ErrorText.status(of: error), ErrorText.text(of: error))
  if status == 0 { console.print(message) } else { console.note(message) }
  return status
}
