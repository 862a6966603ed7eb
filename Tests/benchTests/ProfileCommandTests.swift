import Foundation
import Results
import TestSupport
import Testing

@testable import bench

/// `bench profile` as its users call it, on small images.
@Suite(.serialized) struct ProfileCommandTests {
  private static let small = ["--image-size", "32", "--batch-size", "2", "--num-batches", "5", "--no-verify"]

  private func profile(_ arguments: [String], in directory: String) throws -> (Outcome, ProfileFile?) {
    let path = "\(directory)/profile.json"
    let outcome = Outcome(["profile"] + arguments + Self.small + ["--output", path])
    return (outcome, try ProfileFile.read(path))
  }

  /// The sums that the documents promise, to one per cent.
  @Test(arguments: zip(["auto", "auto", "direct", "im2col"], ["vgg16", "mobilenetv2", "mobilenetv2", "mobilenetv2"]))
  func partsAddUp(backend: String, model: String) throws {
    try withDirectory { (directory: String) throws in
      for pass in ["forward", "forward-backward"] {
        let arguments = [model, "--pass", pass, "--backend", backend, "--threads", "2"]
        let (outcome, file) = try profile(arguments, in: directory)
        #expect(outcome.status == 0, "\(outcome.err)")
        let record = try #require(file?.records.first)
        func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 0.01 * b + 1e-6 }
        let layers = record.layers.reduce(0) { $0 + $1.time }
        #expect(isNear(layers + record.between + record.unattributed, record.step))
        for thread in record.threads {
          #expect(isNear(thread.busy + thread.waiting + thread.idle, record.step))
          #expect(min(thread.busy, thread.waiting, thread.idle) >= 0)
        }
        for layer in record.layers {
          #expect(isNear(layer.phases.reduce(0) { $0 + $1.time }, layer.time), "\(layer.name)")
          #expect(layer.time >= 0 && layer.phases.allSatisfy { $0.time >= 0 }, "\(layer.name)")
          #expect(layer.durations.count == 5 && layer.bytes > 0 && layer.bound != nil, "\(layer.name)")
        }
        #expect(record.threads.count == 2 && record.durations.count == 5 && record.plainDurations.count == 5)
        #expect(record.overhead.low <= record.overhead.ratio && record.overhead.ratio <= record.overhead.high)
      }
    }
  }

  @Test func jsonHasTheDocumentedKeys() throws {
    let outcome = Outcome(["profile", "mobilenetv2", "--format", "json"] + Self.small + ["--output", "/dev/null"])
    #expect(outcome.status == 0, "\(outcome.err)")
    let file = try #require(try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any])
    #expect(file["schema"] as? Int == 1 && file["kind"] as? String == "profile" && file["context"] != nil)
    let record = try #require((file["records"] as? [[String: Any]])?.first)
    for key in ["step_s", "plain_step_s", "layers", "between_s", "unattributed_s", "threads", "overhead", "bounds"] {
      #expect(record[key] != nil, "\(key)")
    }
    let layer = try #require((record["layers"] as? [[String: Any]])?.first)
    for key in ["name", "direction", "time_s", "flop", "executed_flop", "bytes", "moved_bytes", "bound", "phases"] {
      #expect(layer[key] != nil, "\(key)")
    }
    let thread = try #require((record["threads"] as? [[String: Any]])?.first)
    for key in ["busy_s", "waiting_s", "idle_s"] { #expect(thread[key] is Double, "\(key)") }
  }

  @Test func tablesHaveTheirTotals() throws {
    let outcome = Outcome(["profile", "mobilenetv2", "--pass", "forward"] + Self.small + ["--output", "/dev/null"])
    #expect(outcome.status == 0, "\(outcome.err)")
    #expect(outcome.out.contains("a step, the mean of 5 profiled ones"))
    for line in ["between operations", "unattributed", "step  ", "0 (caller)", "expansion", "Furthest above"] {
      #expect(outcome.out.contains(line), "\(line)")
    }
    let csv = Outcome(
      ["profile", "mobilenetv2", "--pass", "forward", "--format", "csv"] + Self.small + ["--output", "/dev/null"])
    #expect(csv.out.hasPrefix("layer,direction,back end,time [s],share [1],"), "\(csv.out.prefix(80))")
  }

  @Test func twoProfilesAreCompared() throws {
    try withDirectory { (directory: String) throws in
      let (_, file) = try profile(["mobilenetv2", "--pass", "forward"], in: directory)
      var (before, after) = (try #require(file), try #require(file))
      // Fifteen quiet steps, and the same with a slower phase in one layer.
      func steady(_ time: Double) -> [Double] { (0..<15).map { time * (1 + 0.001 * Double($0)) } }
      for index in before.records[0].layers.indices {
        before.records[0].layers[index].durations = steady(1e-3)
        for phase in before.records[0].layers[index].phases.indices {
          before.records[0].layers[index].phases[phase].durations = steady(1e-4)
        }
      }
      before.records[0].durations = steady(0.05)
      before.records[0].plainDurations = steady(0.05)
      after = before
      after.records[0].layers[3].durations = steady(1.5e-3)
      after.records[0].layers[3].phases[0].durations = steady(6e-4)
      let paths = ["\(directory)/a.json", "\(directory)/b.json"]
      try ResultStore.write(before, to: paths[0])
      try ResultStore.write(after, to: paths[1])
      let outcome = Outcome(["compare"] + paths)
      #expect(outcome.status == 0, "\(outcome.err)")
      let (layer, phase) = (after.records[0].layers[3], after.records[0].layers[3].phases[0])
      let slower = outcome.lines.filter { $0.hasSuffix("slower") }
      #expect(slower.contains { $0.hasPrefix("\(layer.name) forward ") && $0.contains("50.0") }, "\(outcome.out)")
      #expect(slower.contains { $0.hasPrefix("\(layer.name) forward: \(phase.name) ") }, "\(outcome.out)")
      #expect(slower.count == 3 && outcome.lines.count { $0.hasSuffix("faster") } == 0)

      expectRefusal(
        ["compare", paths[0], "\(directory)/none.json"], status: 1, saying: "none.json is not; compare two of a kind.")
    }
  }

  @Test func wrongOptionsAreRefused() {
    expectRefusal(["profile", "vgg17"], status: 64, saying: "There is no model 'vgg17'.")
    expectRefusal(["profile", "vgg16", "--batch-size", "0"], status: 64, saying: "--batch-size must be 1 to 65536")
    expectRefusal(["profile", "vgg16", "--num-batches", "0"], status: 64, saying: "--num-batches must be 1 to 100000")
    expectRefusal(["profile", "vgg16", "--format", "yaml"], status: 64, saying: "There is no format 'yaml'.")
    expectRefusal(
      ["profile", "vgg16", "--output", "/nowhere/x.json"], status: 1, saying: "Cannot write /nowhere/x.json")
    expectRefusal(
      ["profile", "vgg16", "--batch-size", "65536", "--no-verify"], status: 1, saying: "Use a smaller --batch-size.")
  }
}
