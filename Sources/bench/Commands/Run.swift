import Analysis
import ArgumentParser
import Communication
import Convolution
import Measurement
import Networks
import Results
import Threads

/// `bench run <model>`, or `bench <model>`: measures a network.
struct Run: RankedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a network: burn-in steps, then mean and standard deviation per batch. The default command.",
    discussion: """
      bench vgg16                                      batch 16, three minutes
      bench vgg16 --batch-size 128 --num-batches 100   the classic protocol
      bench run alexnet --pass forward --backend im2col --threads 1
      bench mobilenetv2 --pass train --format json --output result.json
      bench run ./resnet50.onnx --batch-size 1
      mpirun -np 2 bench vgg16 --pass train            two ranks that average their gradients
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var options: RunOptions

  func run(on console: Console, among ranks: Ranks?) throws -> Int32 {
    let subject = try together(ranks) { try RunSubject(model, options, among: ranks, console) }
    let (network, layers, context, images) = (subject.network, subject.layers, subject.context, subject.images)
    if let note = images?.note { console.note(note) }
    let team = try ranks.map { try RankedRun($0, options, layers, in: context) }
    let (profiler, heap) = (try profiler(), try heapProfiler())
    defer { profiler?.stop() }

    let recording = Recording<ResultFile>(
      Session(console, grace: options.length.grace.seconds, plugins: subject.plugins), model: network.name,
      output: options.results.output)
    let session = recording.session
    let run = PassRun(
      options: options, network: network, layers: layers, images: images, context: context, choices: subject.choices,
      session: session, limits: try session.limits(context, withBandwidth: options.results.layers), profiler: profiler,
      heap: heap, check: KernelCheck(in: context, seed: options.work.seed, session), team: team)
    if let team {
      guard team.ranks.isRoot else { return try team.follow(run) }
      team.keepsResult(of: run, recording)
    }
    let status = try recording.measure(
      options.work.passes, partial: { run.unfinished.records }, { try [run.run($0)].filter(\.hasSteps) }
    ) {
      try show($0, on: console)
    }
    if let profiler, let samples = profiler.stop() { console.note(Self.note(profiler.path, samples)) }
    for path in heap?.paths ?? [] { console.note("The heap profile is \(path); google-pprof reads it.") }
    return status
  }

  private func profiler() throws -> CPUProfiler? {
    guard let path = options.results.cpuProfile else { return nil }
    do {
      let profiler = try CPUProfiler(path: path, label: ThreadPool.currentLabel)
      profiler.notes.command = (["bench"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
      return profiler
    } catch { throw Failure.failed(error.description) }
  }

  private func heapProfiler() throws -> HeapProfiler? {
    guard let prefix = options.results.heapProfile else { return nil }
    do { return try HeapProfiler(prefix: prefix) } catch { throw Failure.failed(error.description) }
  }

  /// What is done with a profile.
  private static func note(_ path: String, _ samples: Int) -> String {
    guard samples > 0 else {
      return "The profile \(path) has no samples: the timed steps were too short; use more --num-batches."
    }
    let page = (path.hasSuffix(".prof") ? String(path.dropLast(5)) : path) + ".html"
    return "The profile is \(path), \(samples) samples; see it as a page: bench flamegraph \(path) --output \(page)"
  }

  private func show(_ file: ResultFile, on console: Console) throws {
    if options.results.format == .json {
      console.print(String(decoding: try file.json(), as: UTF8.self))
      return
    }
    for record in file.records {
      guard let summary = RunSummary(record, file.context) else { continue }
      console.print("")
      for line in summary.lines { console.print(line) }
      if options.results.layers {
        console.print("")
        console.print(TextRenderer().render(LayerTable.table(record)))
      }
    }
  }
}
