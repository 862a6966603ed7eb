import Analysis
import Convolution
import Foundation
import Gate
import Measurement
import Results
import Terms

/// `bench gate --baseline`: compares whole runs of head with stored ones of the same machine.
struct BaselineGate {
  private let options: GateOptions
  private let name: String
  private let baseline: Baseline
  private let head: String
  private let session: Session

  /// With fewer runs no p-value can fall to the level that a regression needs.
  private static let fewestRuns = 8

  /// Reads the baseline.
  init(options: GateOptions, name: String, head: String, session: Session) throws {
    (self.options, self.name, self.head, self.session) = (options, name, head, session)
    let path = FilePath(name.hasSuffix(".json") ? String(name.dropLast(5)) : name)
    let isPath = name.contains("/")
    let store = isPath ? BaselineStore(directory: path.directory) : BaselineStore()
    baseline = try BaselineCommand.Location.read(isPath ? path.name : name, in: store)
  }

  /// - Returns: the exit code where the baseline cannot be compared with, else nil.
  func measure(_ file: inout GateFile) throws -> Int32? {
    file.base = "baseline \(name)"
    file.baseCommit = baseline.runs.first?.context.commit?.hash
    let chosen = Runs.pool(baseline.runs).compactMap { runs in benchmark(of: runs).map { (runs.key, $0) } }
    file.benchmarks = chosen.map(\.1)
    guard !file.benchmarks.isEmpty else {
      session.console.note(
        "Error: Baseline '\(name)' holds none of the benchmarks asked for; `bench baseline show \(name)` lists its own."
      )
      return GateExit.nothing
    }
    let differences = differences(of: Set(chosen.map(\.0)), file.context)
    guard differences.isEmpty else {
      session.console.note(
        "Error: Baseline '\(name)' was measured on another machine or with another build: "
          + differences.joined(separator: "; ") + ".")
      return GateExit.otherMachine
    }
    for index in file.benchmarks.indices {
      let count = file.benchmarks[index].baseRuns.count
      guard count < Self.fewestRuns else { continue }
      let runs = "\(count) run\(count == 1 ? "" : "s")"
      file.benchmarks[index].finding = GateFinding(
        .inconclusive, reason: "The baseline has \(runs); \(Self.fewestRuns) are needed.")
    }
    let runs = file.benchmarks.filter { $0.finding == nil }.map(\.baseRuns.count).min() ?? 0
    let gate = StoredGate(
      GatePrograms(base: head, head: head, timeout: options.workerTimeout), maxTime: options.maxTime,
      interruption: session.interruption, grace: session.grace
    ) { session.console.note($0) }
    do { try gate.checkProgram() } catch { throw Failure.failed(error.description) }
    file.context.activity = session.activity { gate.measure(&file.benchmarks, runs: runs) }
    return nil
  }

  /// Returns nil where the options leave the benchmark out, or where head cannot run it.
  private func benchmark(of runs: Runs) -> GateBenchmark? {
    let key = runs.key
    guard options.subjects.isEmpty || options.subjects.contains(key.model),
      options.passes.isEmpty || options.passes.contains(where: { $0.rawValue == key.pass.rawValue }),
      options.batchSize ?? key.batchSize == key.batchSize, options.backend ?? key.backend == key.backend,
      options.threads ?? key.threads == key.threads,
      let record = baseline.runs.lazy.flatMap(\.records).first(where: { Runs.Key($0) == key })
    else { return nil }
    let specification = BenchmarkSpecification(
      subject: key.model, pass: key.pass, batchSize: key.batchSize, backend: key.backend, threads: key.threads,
      seed: record.seed)
    guard !key.isInTurns else {
      session.console.note("\(key) is left out: head has no other back ends to take turns with.")
      return nil
    }
    guard key.ranks == 1 else {
      session.console.note("\(key) is left out: the gate measures one process.")
      return nil
    }
    guard imageSize(of: specification) == key.imageSize else {
      session.console.note("\(key) is left out: the gate measures models at their own image size.")
      return nil
    }
    var benchmark = GateBenchmark(specification, threshold: options.threshold(of: specification))
    benchmark.baseRuns = runs.medians
    return benchmark
  }

  /// The image size that a worker uses: a model's own.
  private func imageSize(of specification: BenchmarkSpecification) -> Int? {
    guard case .network(_, let layers)? = try? GateSubject(specification) else { return nil }
    return layers[0].input.height
  }

  /// What differs in the machine and the build, as far as it matters for what is compared.
  private func differences(of keys: Set<Runs.Key>, _ context: Context) -> [String] {
    var differences: [String] = []
    var context = context
    for run in baseline.runs {
      for record in run.records where keys.contains(Runs.Key(record)) {
        let then = Fingerprint(run.context, threads: record.threads, instructionSet: record.instructionSet)
        // This process calls no BLAS; its workers do.
        if record.backend == Im2col().name, OpenBLAS.reasonUnavailable == nil { context.blas = loadedBLAS() }
        let now = Fingerprint(context, threads: record.threads, instructionSet: bestInstructionSet)
        for line in now.differences(from: then) where !differences.contains(line) { differences.append(line) }
      }
    }
    return differences
  }
}
