import Analysis
import ArgumentParser
import Convolution
import Networks
import Terms

/// `bench check-backend <library>`: says what is wrong where with the back ends of a shared library.
struct CheckBackendCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-backend",
    abstract: "Check the back ends of a shared library against the reference, each run between guard pages.",
    discussion: """
      bench check-backend ./libmine.so
      bench check-backend ./libmine.so --count 200 --seed 7
      bench check-backend ./libmine.so --problem n1c16h8w8k16r3s3u1p1 --set mobilenetv2

      Every direction, epilogue and fusion that the library says it can do, on problems with odd sizes, on random ones, \
      and on those named. It runs in a child process, so a crash is a row. Exit code 3: something is wrong.
      """)

  @Argument(help: "A shared library such as ./libmine.so, or one of its back ends: ./libmine.so:direct.")
  var library: String

  @Option(
    name: .customLong("problem"),
    help: "Check this problem, or a layer such as vgg16:conv3_2, and no others; may be given more than once.")
  var problems: [String] = []

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Check the layers with weights of a model, too, one image each.", valueName: "model"),
    completion: .list(Zoo.all.map(\.name)))
  var models: [String] = []

  @Option(help: "Random problems.")
  var count = 30

  @Option(help: "Seed of the random problems and of all tensors.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("End a check that takes longer, and call it hung.", valueName: "seconds"))
  var timeLimit = PluginProcess.usualLimit

  @OptionGroup var machine: MachineOptions

  @OptionGroup var format: FormatOption

  func validate() throws {
    try checkCount("--count", count, in: 0...100_000)
    try checkMaxTime(timeLimit, "--time-limit")
    guard PluginReference(library) != nil else {
      throw ValidationError("'\(library)' is no shared library; write its path with a slash, such as ./\(library).")
    }
  }

  func run(on console: Console) throws -> Int32 {
    let renderer = try format.renderer()
    let context = try machine.context()
    let plugins = Plugins(limit: timeLimit)
    _ = try plugins.load([library], in: context, console)
    let named = try problems.map { try LayerProblems.one($0, batch: 1) }
    let sets = try models.flatMap { try LayerProblems.set($0, batch: 1) }
    var random = RandomProblems(seed: seed)
    let others = problems.isEmpty ? OddProblems.all + (0..<count).map { _ in random.next() } : []
    let check = PluginCheck(
      plugins: plugins, problems: (named + sets).map(\.problem) + others, seed: seed, console: console)
    let tables = try plugins.backends.map { try check.table($0, of: library) }
    console.print(tables, with: renderer)
    let failed = tables.contains { $0.outcomes.contains { $0 != .passed } }
    let conclusion =
      failed
      ? "Something is wrong; to repeat one: bench check-backend \(library) --problem PROBLEM."
      : "Everything is as it should be."
    if renderer is TextRenderer { console.print("\n\(conclusion)") } else { console.note(conclusion) }
    return failed ? ExitStatus.mismatch : 0
  }
}
