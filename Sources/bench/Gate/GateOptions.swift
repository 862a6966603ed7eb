import ArgumentParser
import Convolution
import Foundation
import Measurement
import Networks
import Results
import Terms
import Threads

/// Everything that `bench gate` can be asked for.
struct GateOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What to compare with: a git reference or the path of a bench.", valueName: "ref or path"))
  var base: String?

  @Option(
    help: ArgumentHelp("Compare with runs stored by `bench baseline save` instead.", valueName: "name or path"))
  var baseline: String?

  @Option(
    help: ArgumentHelp("Compare with another shared library instead, in this program.", valueName: "library"))
  var baseKernel: String?

  // Tests and scripts/gate-experiment give it.
  @Option(help: ArgumentHelp("The program to judge (default: this one).", valueName: "path", visibility: .hidden))
  var head: String?

  @Option(
    name: .customLong("model"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Models, ONNX files, layers such as vgg16:conv1_2 or problems such as n1c64h56w56k64r3s3u1p1 (default: alexnet "
        + "vgg16 mobilenetv2).", valueName: "subject"))
  var subjects: [String] = []

  @Option(
    name: .customLong("pass"), parsing: .upToNextOption,
    help: "forward, forward-backward or train (default: the first two; forward for single layers).")
  var passes: [Pass] = []

  // The next options are nil where the user says nothing; against a stored baseline that means all that it holds.
  @Option(
    name: [.customLong("backend"), .customLong("kernel")],
    help: ArgumentHelp(
      "Back end of the convolutions: auto, a name from `bench list` or a shared library (default: auto).",
      valueName: "name"))
  var backend: String?

  @Option(
    help: ArgumentHelp(
      "Run each layer as this file of `bench tune` says, in base and head; model, passes, batch and threads are the "
        + "plan's.", valueName: "plan.json"),
    completion: .file(extensions: ["json"]))
  var plan: String?

  @Option(help: ArgumentHelp("Images in a batch (default: 4).", valueName: "n"))
  var batchSize: Int?

  @Option(help: ArgumentHelp("Worker threads (default: the cores that this process may use).", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp("The slow-down that matters (default: 3, for single layers 5).", valueName: "per cent"))
  var threshold: Double?

  @Option(help: ArgumentHelp("The time for all measurements together.", valueName: "seconds"))
  var maxTime = 600.0

  // It is for tests and for steps of minutes; the sentence about a worker that was ended names it.
  @Option(
    help: ArgumentHelp("End a worker that gives no answer for so long.", valueName: "seconds", visibility: .hidden))
  var workerTimeout = 120.0

  @OptionGroup var grace: GraceOption

  @Option(
    help: ArgumentHelp("The directory for gate.json, gate.xml (JUnit), gate.md and gate.html.", valueName: "directory"))
  var output = "results/gate"

  @Flag(help: "Exit with 7 where a benchmark is inconclusive.")
  var requireConclusive = false

  @Flag(help: "Exit with 2 for an improvement too, so that it gets looked at.")
  var failOnImprovement = false

  @Flag(help: "Judge this program against itself: it must pass, and fail when slowed down by 1.5 times the threshold.")
  var selfTest = false

  func validate() throws {
    let modes = [base != nil, baseline != nil, baseKernel != nil, selfTest].count { $0 }
    guard modes == 1 else {
      throw ValidationError(
        modes == 0
          ? "Say what to compare with: --base, --baseline, --base-kernel or --self-test."
          : "--base, --baseline, --base-kernel and --self-test exclude each other; give one.")
    }
    if let batchSize { try checked(batchSize: batchSize) }
    if let threads { try checkThreads(threads) }
    if let threshold, !(threshold >= 0.1 && threshold <= 1000) {
      throw ValidationError("--threshold must be 0.1 to 1000 per cent, not \(threshold.formatted()).")
    }
    try checkMaxTime(maxTime)
    try checkMaxTime(workerTimeout, "--worker-timeout")
    if let baseKernel {
      guard PluginReference(baseKernel) != nil, backend.flatMap(PluginReference.init) != nil else {
        throw ValidationError(
          "--base-kernel compares shared libraries: give both, as in --kernel ./new.so --base-kernel ./old.so.")
      }
    }
    if plan != nil, backend != nil || baseline != nil {
      throw ValidationError("--plan says what runs each layer of base and head; leave out --backend and --baseline.")
    }
    guard let backend, PluginReference(backend) == nil else { return }
    do { _ = try BackendChoice(backend) } catch { throw ValidationError(error.description) }
  }

  /// The smallest slow-down of a benchmark that matters: 0.03 is 3 %.
  func threshold(of specification: BenchmarkSpecification) -> Double {
    threshold.map { $0 / 100 } ?? (specification.isLayer ? 0.05 : 0.03)
  }

  /// Every subject with every pass. Each is checked to exist in this program.
  func benchmarks() throws -> [GateBenchmark] {
    if let plan { return try benchmarks(following: plan) }
    var benchmarks: [GateBenchmark] = []
    for subject in subjects.isEmpty ? ["alexnet", "vgg16", "mobilenetv2"] : subjects {
      var specification = BenchmarkSpecification(
        subject: subject, pass: .forward, batchSize: batchSize ?? 4, backend: backend ?? BackendChoice.automatic,
        threads: threads ?? AvailableCores.count())
      _ = try GateSubject(specification)
      let usual: [Pass] = specification.isLayer ? [.forward] : [.forward, .forwardBackward]
      for pass in passes.isEmpty ? usual : passes {
        specification.pass = pass
        if specification.isLayer, pass == .train {
          throw Failure.usage("\(subject) has no pass 'train'; use forward or forward-backward.")
        }
        let benchmark = GateBenchmark(specification, threshold: threshold(of: specification))
        guard !benchmarks.contains(where: { $0.specification == specification }) else { continue }
        benchmarks.append(benchmark)
      }
    }
    return benchmarks
  }
}

extension GateOptions {
  /// The passes of a plan, or those of them that the user wants.
  private func benchmarks(following path: String) throws -> [GateBenchmark] {
    let file: PlanFile
    do throws(ResultsError) { file = try PlanFile(json: PlanFile.bytes(path), path: path) } catch {
      throw Failure.failed(error.description)
    }
    guard subjects.count <= 1 else {
      throw Failure.usage("\(path) is a plan for \(file.key.model); leave --model out.")
    }
    guard let network = Zoo.named(subjects.first ?? file.key.model) else {
      throw Failure.usage(
        "A gate follows plans of networks in `bench list`, not of \(subjects.first ?? file.key.model).")
    }
    let context = ExecutionContext(pool: ThreadPool(count: threads ?? file.key.threads))
    let layers = try layers(of: network, imageSize: nil)
    let key = PlanKey(network.name, layers, batch: batchSize ?? file.key.batchSize, context)
    let passes = passes.isEmpty ? file.passes.map(\.pass) : passes
    // It is refused here rather than by each worker.
    _ = try PinnedRun(path, key, layers, passes: passes, in: context) { _ in }
    return passes.map { pass in
      var specification = BenchmarkSpecification(
        subject: key.model, pass: pass, batchSize: key.batchSize, backend: BackendChoice.planned, threads: key.threads)
      specification.plan = URL(fileURLWithPath: path).path
      return GateBenchmark(specification, threshold: threshold(of: specification))
    }
  }
}
