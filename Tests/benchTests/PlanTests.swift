import Foundation
import Results
import TestSupport
import Testing

/// Plans as files: written, followed, and refused where they are of something else.
@Suite(.serialized) struct PlanTests {
  private static let small = ["mobilenetv2", "--image-size", "32", "--batch-size", "1", "--threads", "1"]

  /// Writes a plan and returns its path.
  private func plan(_ arguments: [String] = Self.small, _ more: [String] = [], in directory: String) throws -> String {
    let path = "\(directory)/plan.json"
    let outcome = Outcome(["describe"] + arguments + ["--plan", "--output", path] + more)
    #expect(outcome.status == 0 && outcome.err == "The plan is \(path).\n", "\(outcome.err)")
    return path
  }

  private func read(_ path: String) throws -> PlanFile { try PlanFile(json: PlanFile.bytes(path), path: path) }

  /// Changes a plan's file.
  private func edit(_ path: String, _ change: (inout PlanFile) -> Void) throws {
    var file = try read(path)
    change(&file)
    try file.write(to: path)
  }

  @Test func planThatWasWrittenIsFollowed() throws {
    try withDirectory { (directory: String) throws in
      let path = try plan(in: directory)
      let file = try read(path)
      #expect(file.origin == "auto" && file.isExact && file.passes.map(\.pass) == [.forward, .forwardBackward])
      let block = try #require(file[.forward]?.layers.first { $0.name == "block3/expand" })
      #expect(block.runsWith.contains("block3/depthwise") && !block.runsApart)
      let result = "\(directory)/x.json"
      let outcome = Outcome(
        Self.small + ["--plan", path, "--num-batches", "2", "--burn-in", "1", "--no-verify", "--output", result])
      #expect(outcome.status == 0 && outcome.out.contains("back end plan"), "\(outcome.err)")
      #expect(outcome.out.contains("  plan      \(path), SHA-256 "))
      let records = try ResultStore.read(result).records
      #expect(records.allSatisfy { $0.backend == "plan" && $0.plan?.path == path && $0.plan?.sha256.count == 64 })
    }
  }

  /// What a plan pins runs, and not what `auto` would choose.
  @Test func planDecidesWhatRuns() throws {
    try withDirectory { (directory: String) throws in
      let path = try plan(["vgg16", "--batch-size", "2"], ["--pass", "forward", "--backend", "direct"], in: directory)
      let outcome = Outcome(["describe", "vgg16", "--batch-size", "2", "--plan", "--pass", "forward", "--from", path])
      #expect(outcome.status == 0 && outcome.err == "", "\(outcome.err)")
      #expect(outcome.out.contains(": plan, ") && !outcome.out.contains("winograd"))
      let refused = ["describe", "vgg16", "--batch-size", "2", "--plan", "--from", path, "--pass", "train"]
      expectRefusal(refused, status: 64, saying: "has no plan of the pass 'train'; use --pass forward.")
    }
  }

  /// A convolution that is to run apart leaves its group.
  @Test func convolutionsThatRunApartLeaveTheirGroups() throws {
    try withDirectory { (directory: String) throws in
      let path = try plan(["vgg16", "--batch-size", "2"], ["--pass", "forward"], in: directory)
      let described = ["describe", "vgg16", "--batch-size", "2", "--plan", "--pass", "forward", "--from", path]
      #expect(!Outcome(described).lines.contains { $0.hasPrefix("pool1 ") })
      try edit(path) { file in
        let place = file.passes[0].layers.firstIndex { $0.name == "conv1_2" }!
        file.passes[0].layers[place].runsApart = true
        file.passes[0].layers[place].runsWith = []
      }
      let outcome = Outcome(described)
      #expect(outcome.status == 0 && outcome.lines.contains { $0.hasPrefix("pool1 ") }, "\(outcome.err)")
      #expect(
        outcome.out.contains(
          "conv1_2: The max pool is not computed on the way: the plan has the convolution run apart."))
    }
  }

  @Test func plansOfSomethingElseAreRefusedByName() throws {
    try withDirectory { (directory: String) throws in
      let path = try plan(in: directory)
      func described(_ model: String, _ arguments: String...) -> [String] {
        ["describe", model, "--plan", "--from", path] + arguments
      }
      let same = ["--image-size", "32", "--batch-size", "1", "--threads", "1"]
      expectRefusal(
        ["describe", "alexnet", "--image-size", "64", "--batch-size", "1", "--threads", "1", "--plan", "--from", path],
        status: 64, saying: "is a plan for mobilenetv2 and images of 32 pixels, and this is alexnet and images of 64")
      expectRefusal(
        described("mobilenetv2", "--image-size", "32", "--batch-size", "2", "--threads", "2"), status: 64,
        saying: "is a plan for batch 1 and 1 thread, and this is batch 2 and 2 threads; leave --plan out")
      expectRefusal(
        ["describe", "mobilenetv2", "--plan", "--from", path, "--isa", "baseline"] + same, status: 64,
        saying: "and this is baseline;")
      expectRefusal(
        ["describe", "mobilenetv2", "--plan", "--from", path, "--backend", "direct"] + same, status: 64,
        saying: "leave out --backend")
      expectRefusal(
        ["describe", "mobilenetv2", "--plan", "--from", path, "--output", path] + same, status: 64,
        saying: "give one of them")
      expectRefusal(["describe", "mobilenetv2", "--from", path], status: 64, saying: "--from goes with --plan")
      expectRefusal(["report", path], status: 1, saying: "is a plan and no result of a run")
    }
  }

  /// A plan is followed to the letter or not at all.
  @Test func plansThatCannotBeFollowedAreRefused() throws {
    try withDirectory { (directory: String) throws in
      let described = ["describe"] + Self.small + ["--plan", "--from"]
      func refused(_ words: String, _ change: (inout PlanFile) -> Void) throws {
        let path = try plan(in: directory)
        try edit(path, change)
        expectRefusal(described + [path], status: 1, saying: words)
      }
      try refused("it wants the back end 'cudnn'; this bench has no such back end.") {
        $0.passes[0].layers[0].directions[.forward]!.backend = "cudnn"
      }
      try refused("The plan has winograd run conv1, and it cannot: Winograd needs stride 1") {
        $0.passes[0].layers[0].directions[.forward]!.backend = "winograd"
      }
      try refused(": forward direct, magic, 1 image at a time. This bench would run: conv1") {
        $0.passes[0].layers[0].directions[.forward]!.algorithm = "magic"
      }
      try refused("cannot be followed to the letter. It says: nothing of it.") { $0.passes[0].layers.removeFirst() }
      try refused("it has layers that the network does not have") {
        var layer = $0.passes[0].layers[0]
        layer.name = "conv0"
        $0.passes[0].layers.append(layer)
      }
      let path = try plan(in: directory)
      try edit(path) { $0.isExact = false }
      expectRefusal(
        Self.small + ["--plan", path, "--exact"], status: 64, saying: "may use Winograd; leave --exact out")
      try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
      expectRefusal(described + [path], status: 1, saying: "is no plan; give a file of `bench tune`")
      expectRefusal(described + ["\(directory)/none.json"], status: 1, saying: "Cannot read")
      expectRefusal(
        ["lenet5", "--plan", "saved"], status: 64, saying: "There is no saved plan of lenet5 with batch 16,")
    }
  }

  /// On another machine a plan still says what runs; a note says what may have changed.
  @Test func planOfAnotherMachineIsFollowedWithANote() throws {
    try withDirectory { (directory: String) throws in
      let path = try plan(in: directory)
      let described = ["describe"] + Self.small + ["--plan", "--from", path]
      #expect(Outcome(described).err == "")
      try edit(path) { $0.kernelSources = "0-0" }
      #expect(Outcome(described).err.hasPrefix("\(path) was made with other kernels: "))
      try edit(path) { $0.machine.cpuModel = "Z80" }
      let outcome = Outcome(described)
      #expect(outcome.status == 0 && outcome.err.hasPrefix("\(path) was made on another machine (Z80): "))
    }
  }

  @Test func planTakesPartInAComparison() throws {
    try withDirectory { (directory: String) throws in
      let path = try plan(in: directory)
      let arguments = ["backends"] + Self.small + ["--pass", "forward", "--rounds", "2", "--plan", path]
      let outcome = Outcome(
        arguments + ["--backend", "direct", "--baseline", "plan", "--output", "\(directory)/x.json"])
      #expect(outcome.status == 0 && outcome.out.contains("Speed: relative to plan,"), "\(outcome.err)")
      let records = try ResultStore.read("\(directory)/x.json").records
      #expect(records.map(\.backend) == ["plan", "direct"] && records.map { $0.plan == nil } == [false, true])
    }
  }

  @Test func gateFollowsAPlan() throws {
    try withDirectory { (directory: String) throws in
      let path = try plan(
        ["mobilenetv2", "--batch-size", "2", "--threads", "1"], ["--pass", "forward"], in: directory)
      let worker = "\(directory)/steady"
      try FileManager.default.createSymbolicLink(atPath: worker, withDestinationPath: GateTests.fakeWorker)
      let arguments = ["gate", "--base", worker, "--head", worker, "--plan", path, "--output", "\(directory)/out"]
      let outcome = Outcome(arguments)
      #expect(
        outcome.status == 0 && outcome.out.contains("mobilenetv2 forward, batch 2, with a plan"), "\(outcome.err)")
      expectRefusal(
        arguments + ["--batch-size", "4"], status: 64, saying: "is a plan for batch 2, and this is batch 4")
      expectRefusal(
        arguments + ["--model", "vgg16"], status: 64, saying: "is a plan for mobilenetv2, and this is vgg16")
      expectRefusal(arguments + ["--pass", "train"], status: 64, saying: "has no plan of the pass 'train'")
      expectRefusal(arguments + ["--backend", "direct"], status: 64, saying: "leave out --backend")
    }
  }
}
