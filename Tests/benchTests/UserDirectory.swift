import Foundation
import Results
import TestSupport
import Testing

@testable import bench

/// A working directory as the documents assume it: a repository with results, a baseline, a CPU profile, and files of a
/// user's own.
enum UserDirectory {
  /// Runs `body` in a new one, which is removed afterwards.
  static func with(_ body: (String) throws -> Void) throws {
    try withDirectory { (directory: String) throws in
      let commit = try makeRepository(directory)
      // Eight runs of 10 ms make a baseline, and are what the stand-in of a gate's workers answers.
      for folder in ["before", "after", "runs"] {
        try FileManager.default.createDirectory(
          atPath: "\(directory)/results/\(folder)", withIntermediateDirectories: true)
        for number in 0..<8 {
          var file = run(seconds: 0.01 + 0.00001 * Double(number - 4))
          file.context.commit = Commit(hash: commit, isDirty: false)
          try ResultStore.write(file, to: "\(directory)/results/\(folder)/\(number).json")
        }
      }
      try BaselineStore(directory: "\(directory)/results/baselines").save(
        Baseline(name: "v1", runs: (0..<8).map { run(seconds: 0.01 + 0.00001 * Double($0 - 4)) }))
      try FileManager.default.copyItem(atPath: fixture("vgg16"), toPath: "\(directory)/vgg16.safetensors")
      for ending in ["onnx", "safetensors"] {
        try FileManager.default.copyItem(
          atPath: Document.root.appendingPathComponent("Tests/Fixtures/onnx/operators.\(ending)").path,
          toPath: "\(directory)/resnet50.\(ending)")
      }
      for name in ["before", "after", "profile"] {
        try ResultStore.write(profile(seconds: 0.01), to: "\(directory)/\(name).json")
      }
      let problems = "mobilenetv2:block17/project\nn1c8h8w8k8r3s3u1p1  # small\n"
      try Data(problems.utf8).write(to: URL(fileURLWithPath: "\(directory)/problems.txt"))
      let shapes = "# in benchdnn's text\nmb1ic8ih8oc8kh3ph1n\"conv2*2\"\n"
      try Data(shapes.utf8).write(to: URL(fileURLWithPath: "\(directory)/shapes_mine"))
      try CPUProfileBytes(samples: [(3, [0x1010, 0x1020])]).bytes
        .write(to: URL(fileURLWithPath: "\(directory)/vgg16.prof"))
      try images(side: 63).write(to: URL(fileURLWithPath: "\(directory)/images.npy"))
      for name in ["libmine.so", "new.so", "old.so"] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(directory)/\(name)", withDestinationPath: "\(PluginFolder.shared.path)/libdirect.so")
      }
      try makePlans(in: directory)
      try TrainingData.make(in: directory)
      try body(directory)
    }
  }

  /// Plans of what the small commands run, and a saved one.
  private static func makePlans(in directory: String) throws {
    let small = ["--batch-size", "1", "--image-size", "32"]
    for (name, arguments) in [
      ("plan", ["vgg16"] + small), ("alexnet", ["alexnet"]), ("saved", ["mobilenetv2", "--pass", "forward"] + small),
    ] {
      let outcome = Outcome(["describe"] + arguments + ["--plan", "--output", "\(directory)/\(name).json"])
      try #require(outcome.status == 0, "\(outcome.err)")
    }
    let path = "\(directory)/saved.json"
    _ = try PlanStore(directory: "\(directory)/cache/bench/plans").save(
      PlanFile(json: PlanFile.bytes(path), path: path).inexact)
  }

  /// A repository with the branches main and origin/main, whose commit a gate finds built: by a stand-in.
  private static func makeRepository(_ directory: String) throws -> String {
    let git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"]
    try Data("// swift-tools-version: 6.2\n".utf8).write(to: URL(fileURLWithPath: "\(directory)/Package.swift"))
    for command in [
      ["init", "-q"], ["add", "Package.swift"], ["commit", "-q", "-m", "x"],
      ["update-ref", "refs/remotes/origin/main", "HEAD"],
    ] {
      let ran = try Ran(git + command, in: directory)
      try #require(ran.status == 0, "\(ran.err)")
    }
    let commit = try Ran(["git", "rev-parse", "HEAD"], in: directory).out.trimmingCharacters(
      in: .whitespacesAndNewlines)
    let compiler = capturedContext().build.compiler.replacing(" ", with: "-")
    let place = "\(directory)/.build/gate/\(commit)-debug-\(compiler)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    for path in ["\(place)/bench", "\(directory)/steady"] {
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: GateTests.fakeWorker)
    }
    return commit
  }

  /// A profile of one layer.
  private static func profile(seconds: Double) -> ProfileFile {
    let steps = (0..<10).map { seconds * (1 + 0.001 * Double($0)) }
    var record = ProfileRecord(
      model: "mobilenetv2", pass: .forward, batchSize: 1, imageSize: 224, backend: "auto", threadCount: 1, seed: 1,
      instructionSet: "avx2", verification: .skipped, flopPerStep: 6e8)
    (record.durations, record.plainDurations, record.step, record.plainStep) = (steps, steps, steps.mean, steps.mean)
    record.layers = [
      ProfileLayer(
        name: "conv1", direction: .forward, kind: "convolution", calls: 1, durations: steps,
        phases: [ProfilePhase(name: .phase(.products), durations: steps, threads: 1, calls: 1, flop: 2e7, bytes: 1e6)],
        busy: [steps.mean], flop: 2e7, executedFLOP: 2e7, bytes: 1e6, movedBytes: 1e6)
    ]
    record.threads = [.init(busy: steps.mean, waiting: 0, idle: 0, preempted: 0, starting: 0)]
    return ProfileFile(context: capturedContext(), records: [record])
  }

  private static func run(seconds: Double) -> ResultFile {
    let record = Record(
      model: "mobilenetv2", pass: .forward, batchSize: 1, imageSize: 224, backend: "auto", threads: 1, seed: 1,
      protocolName: "classic", requestedBatches: 3, requestedBurnIn: 1, durations: [seconds, seconds, seconds],
      flopPerStep: 1e9, instructionSet: bestInstructionSet, flushesDenormals: true, hugePagesAdvised: true,
      verification: .skipped)
    return ResultFile(context: capturedContext(), records: [record])
  }

  /// One black image as NumPy writes it.
  private static func images(side: Int) -> Data {
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, \(side), \(side), 3), }"
    header += String(repeating: " ", count: 127 - 10 - header.utf8.count) + "\n"
    return Data([0x93] + "NUMPY".utf8 + [1, 0, UInt8(header.utf8.count), 0] + header.utf8)
      + Data(count: 4 * side * side * 3)
  }
}

extension PlanFile {
  /// The plan as one of a tuning that might have chosen Winograd.
  fileprivate var inexact: PlanFile {
    var file = self
    (file.origin, file.isExact) = ("tune", false)
    return file
  }
}
