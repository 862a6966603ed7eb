import Analysis
import ArgumentParser
import Foundation
import Gate
import Measurement
import Results

/// `bench gate`: judges whether head is slower than base.
struct GateCommand: BenchCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Fail when this version is slower than another one: base and head measured in turns, step by step.",
    discussion: """
      bench gate --base origin/main                                  three networks, two passes, batch 4
      bench gate --base HEAD~1 --model mobilenetv2 vgg16:conv3_1 --batch-size 1 --threshold 2
      bench gate --base ../old/.build/debug/bench --model alexnet --pass forward
      bench gate --self-test --model mobilenetv2                     can this machine tell?
      bench gate --baseline v1                                       against stored runs
      bench gate --kernel ./new.so --base-kernel ./old.so --model vgg16:conv3_2    two shared libraries

      Exit codes: 0 pass or improved; 1 the tool or a build failed, or it was interrupted; 2 regression; 3 a benchmark
      crashed or base and head compute different things; 5 nothing was compared; 6 the baseline is of another machine; 7
      inconclusive, with --require-conclusive; 64 wrong usage.
      """)

  @OptionGroup var options: GateOptions

  func run(on console: Console) throws -> Int32 {
    let benchmarks = try options.benchmarks()
    let session = Session(console, grace: options.grace.seconds, reserve: 30)
    var file = GateFile(context: session.circumstances, base: "itself", benchmarks: benchmarks)
    let head = try options.head ?? ownProgram()
    let libraries = try [options.backend, options.baseKernel].compactMap { try $0.flatMap(Plugins.examined) }
    if !libraries.isEmpty { file.context.libraries = libraries }
    if options.selfTest { return try GateSelfTest(options: options, program: head, session: session).run(file) }
    let report = GateReport(directory: options.output, console: console)
    if let name = options.baseline {
      let gate = try BaselineGate(options: options, name: name, head: head, session: session)
      try report.prepare()
      if let status = try gate.measure(&file) {
        try report.write(file)
        return status
      }
    } else if let kernel = options.baseKernel {
      try report.prepare()
      file.base = "kernel \(kernel)"
      var programs = GatePrograms(base: head, head: head, timeout: options.workerTimeout)
      programs.baseBackend = kernel
      try pairedMeasurement(&file, programs, maxTime: options.maxTime, report: report, session)
    } else if let base = options.base {
      let product = try product(of: base, file.context.build, session)
      try report.prepare()
      file.base = base
      file.baseCommit = product.commit
      try pairedMeasurement(
        &file, GatePrograms(base: product.path, head: head, timeout: options.workerTimeout), maxTime: options.maxTime,
        report: report, session)
    }
    let status = try report.finish(&file, options: options, interrupted: session.interruption.isRequested)
    tellGitHub(file, console)
    return status
  }

  private func product(of base: String, _ head: Build, _ session: Session) throws -> BaseBuild.Product {
    let build = BaseBuild(
      configuration: head.configuration, compiler: head.compiler, interruption: session.interruption
    ) { session.console.note($0) }
    do { return try build.product(base) } catch {
      switch error {
      case .unknown, .ambiguous: throw Failure.usage(error.description)
      default: break
      }
      throw Failure.failed(error.description)
    }
  }
}

/// Measures all benchmarks of `file` and writes it after each of them.
func pairedMeasurement(
  _ file: inout GateFile, _ programs: GatePrograms, maxTime: Double, report: GateReport, _ session: Session
) throws {
  let gate = PairedGate(
    programs, rule: GateRule(benchmarks: file.benchmarks.count), maxTime: maxTime, interruption: session.interruption,
    grace: session.grace
  ) { session.console.note($0) }
  do { try gate.checkPrograms() } catch { throw Failure.failed(error.description) }
  // A gate that is killed half-way leaves this file; a write that fails here fails again at the end, with a sentence.
  var partial = file
  file.context.activity = session.activity {
    gate.measure(&file.benchmarks) { benchmarks in
      partial.benchmarks = benchmarks
      try? partial.write(to: "\(report.directory)/gate.json")
    }
  }
}

/// The path of this program's file.
func ownProgram() throws -> String {
  guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
    throw Failure.failed("The path of this program is unknown without /proc; give it with --head.")
  }
  return path
}
