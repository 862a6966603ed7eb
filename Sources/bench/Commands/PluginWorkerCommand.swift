import ArgumentParser
import Foundation

/// `bench plugin-worker`: the process in which the back ends of a shared library are verified. It is hidden, because
/// people have no use for it.
struct PluginWorkerCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin-worker", abstract: "Verify a shared library on request: JSON lines.", shouldDisplay: false)

  @Argument var path: String
  @OptionGroup var machine: MachineOptions

  func run(on console: Console) throws -> Int32 {
    // What the library prints goes to standard error.
    let output = dup(STDOUT_FILENO)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    let context = try machine.context()
    PluginServer(context: context, path: path, output: output).serve()
    return 0
  }
}
