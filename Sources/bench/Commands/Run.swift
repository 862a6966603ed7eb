import Analysis
import ArgumentParser
import Convolution
import Foundation
import Kernels
import Measurement
import Networks
import Results

/// `bench run <model>`, also plain `bench <model>`: the main job.
struct Run: BenchCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a network: burn-in steps, then mean and standard deviation per batch. The default command.",
    discussion: """
      bench vgg16 --batch-size 16 --num-batches 50
      bench run alexnet --pass forward --backend im2col --threads 1
      bench mobilenetv2 --pass train --format json --output result.json
      """)

  @OptionGroup var model: ModelArgument
  @OptionGroup var options: RunOptions

  func run(on console: Console) throws -> Int32 {
    let network = try model.network()
    try options.check()
    let choice = try options.compute.choice()
    let context = try options.compute.context()
    let layers = try layers(of: network, imageSize: options.imageSize)
    let images = try options.input.map { try InputImages(path: $0, for: layers) }
    if let output = options.output { try checkWritable(output) }
    let interruption = Interruption.install()
    let profiler = try profiler()
    defer { profiler?.stop() }

    var file = ResultFile(context: capturedContext(), records: [])
    let before = SystemSample.capture()
    let peak = try fmaPeak(context, cpuModel: file.context.machine.cpuModel ?? "unknown")
    let bandwidth = options.layers ? memoryBandwidth(context, file.context.machine) : nil
    let run = PassRun(
      options: options, network: network, layers: layers, images: images, context: context, choice: choice,
      console: console, interruption: interruption, profiler: profiler,
      kernels: KernelVerification(in: context, seed: options.seed))
    var draft = ResultDraft(model: model.model, output: options.output)
    let failure = untilFailure(options.passes, interruption) { pass in
      let record = try run.run(pass, peak: peak, bandwidth: bandwidth)
      // Nothing to keep of a pass that was interrupted before its first step.
      guard !record.durations.isEmpty || !record.burnInDurations.isEmpty else { return }
      file.records.append(record)
      file.context.activity = SystemSample.capture().since(before)
      draft.keep(file)
    }
    if file.records.isEmpty, let failure { throw failure }
    file.context.activity = SystemSample.capture().since(before)
    // First the file: the summary may have nobody to read it.
    let saved = Result { try file.records.isEmpty ? nil : draft.finish(file, console) }
    try show(file, on: console)
    try conclude(saved, failure, console)
    return interruption.isRequested ? ExitStatus.failure : 0
  }

  private func profiler() throws -> CPUProfiler? {
    guard let path = options.cpuProfile else { return nil }
    do { return try CPUProfiler(path: path) } catch { throw Failure.failed(error.description) }
  }

  private func show(_ file: ResultFile, on console: Console) throws {
    if options.format == .json {
      console.print(String(decoding: try file.json(), as: UTF8.self))
    } else {
      for record in file.records {
        guard let summary = RunSummary(record, file.context) else { continue }
        console.print("")
        for line in summary.lines { console.print(line) }
        if options.layers {
          console.print("")
          console.print(TextRenderer().render(LayerTable.table(record)))
        }
      }
    }
  }
}

/// The machine, the build and the libraries, now.
func capturedContext() -> Context {
  RunContext.capture(
    commandLine: CommandLine.arguments,
    blas: BLASLibrary(version: OpenBLAS.version, core: OpenBLAS.core, threads: OpenBLAS.threads),
    timedCodeIsOptimised: kernelsAreOptimised())
}
