import ArgumentParser
import Foundation

/// `bench plugin-worker`: the process in which the back ends of a shared library are verified and timed. It is hidden,
/// because people have no use for it.
struct PluginWorkerCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin-worker", abstract: "Verify and time a shared library on request: JSON lines.",
    shouldDisplay: false)

  @Argument var path: String
  @OptionGroup var machine: MachineOptions

  func run(on console: Console) throws -> Int32 {
    // Ctrl-C reaches every process of a terminal. The one that asks finishes its step, and ends this one after it.
    signal(SIGINT, SIG_IGN)
    // What the library prints goes to standard error.
    let output = dup(STDOUT_FILENO)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    let context = try machine.context()
    PluginServer(context: context, path: path, output: output, limit: PluginProcess.limitOfEnvironment).serve()
    return 0
  }
}
