import Analysis
import Foundation
import Gate
import Measurement
import Results

/// `bench gate --baseline`: whole runs of head against stored ones, on the same machine only.
struct BaselineGate {
  let options: GateOptions
  let name: String
  let head: String
  let interruption: Interruption
  let console: Console

  /// Fewer runs cannot reach the level that a regression needs.
  private static let fewestRuns = 8

  /// - Returns: nil where nothing stands in the way, else the exit code.
  func measure(_ file: inout GateFile) throws -> Int32? {
    let path = (name.hasSuffix(".json") ? String(name.dropLast(5)) : name) as NSString
    let isPath = name.contains("/")
    let store = isPath ? BaselineStore(directory: path.deletingLastPathComponent) : BaselineStore()
    let baseline = try BaselineCommand.Location.read(isPath ? path.lastPathComponent : name, in: store)
    file.base = "baseline \(name)"
    file.baseCommit = baseline.runs.first?.context.commit?.hash
    file.benchmarks = benchmarks(of: baseline)
    guard !file.benchmarks.isEmpty else {
      console.note(
        "Error: Baseline '\(name)' holds none of the benchmarks asked for; `bench baseline show \(name)` lists its own."
      )
      return GateExit.nothing
    }
    let differences = differences(baseline, file.context)
    guard differences.isEmpty else {
      console.note(
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
      interruption: interruption
    ) { console.note($0) }
    do { try gate.checkProgram() } catch { throw Failure.failed(error.description) }
    let before = SystemSample.capture()
    gate.measure(&file.benchmarks, runs: runs)
    file.context.activity = SystemSample.capture().since(before)
    return nil
  }

  /// Those of the baseline that were asked for.
  private func benchmarks(of baseline: Baseline) -> [GateBenchmark] {
    let records = baseline.runs.flatMap(\.records)
    return Runs.pool(baseline.runs).compactMap { runs in
      let key = runs.key
      guard options.subjects.isEmpty || options.subjects.contains(key.model),
        options.passes.isEmpty || options.passes.contains(where: { $0.rawValue == key.pass.rawValue }),
        options.batchSize ?? key.batchSize == key.batchSize, options.backend ?? key.backend == key.backend,
        options.threads ?? key.threads == key.threads,
        let record = records.first(where: { Runs.Key($0) == key })
      else { return nil }
      let specification = BenchmarkSpecification(
        subject: key.model, pass: key.pass, batchSize: key.batchSize, backend: key.backend, threads: key.threads,
        seed: record.seed)
      guard !key.isInTurns else {
        console.note("\(key) is left out: head has no other back ends to take turns with.")
        return nil
      }
      guard imageSize(of: specification) == key.imageSize else {
        console.note("\(key) is left out: the gate measures models at their own image size.")
        return nil
      }
      var benchmark = GateBenchmark(specification, threshold: options.threshold(of: specification))
      benchmark.baseRuns = runs.medians
      return benchmark
    }
  }

  /// A worker takes a model at its own.
  private func imageSize(of specification: BenchmarkSpecification) -> Int? {
    guard case .network(let layers)? = try? GateSubject(specification) else { return nil }
    return layers[0].input.height
  }

  private func differences(_ baseline: Baseline, _ context: Context) -> [String] {
    var differences: [String] = []
    for run in baseline.runs {
      for record in run.records {
        let then = Fingerprint(run.context, threads: record.threads, instructionSet: record.instructionSet)
        let now = Fingerprint(context, threads: record.threads, instructionSet: bestInstructionSet)
        for line in now.differences(from: then) where !differences.contains(line) { differences.append(line) }
      }
    }
    return differences
  }
}
