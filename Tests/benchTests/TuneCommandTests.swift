import Foundation
import Results
import TestSupport
import Testing

/// `bench tune`, from the command line to a plan that is followed.
@Suite(.serialized) struct TuneCommandTests {
  private static let tiny = ["mobilenetv2", "--image-size", "32", "--batch-size", "1", "--threads", "1"]
  private static let tune = ["tune"] + tiny + ["--max-time", "1"]

  @Test func planIsWrittenAndFollowed() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/plan.json"
      let outcome = Outcome(Self.tune + ["--output", path])
      #expect(outcome.status == 0, "\(outcome.err)")
      for pass in ["forward", "forward-backward"] {
        #expect(outcome.out.contains("mobilenetv2 \(pass), batch 1, image 32, 1 thread"))
      }
      #expect(outcome.lines.contains { $0.hasPrefix("block17/project ") || $0.hasPrefix("block17/expand") })
      #expect(outcome.out.contains("winograd is left out: it can run none of these layers."))
      let verdicts = [
        "of the tuned plan's speed", "The plan is the one that auto has", "so the plan is the one that auto has",
      ]
      #expect(verdicts.contains { outcome.out.contains($0) })
      let file = try PlanFile(json: PlanFile.bytes(path), path: path)
      #expect(file.origin == "tune" && !file.isExact && file.passes.map(\.pass) == [.forward, .forwardBackward])
      let described = Outcome(["describe"] + Self.tiny + ["--plan", "--from", path])
      #expect(described.status == 0 && described.err == "", "\(described.err)")
    }
  }

  /// Nothing is written unless it was asked for, and what is saved is found again, pass by pass.
  @Test func savedPlansAreFound() throws {
    let nothing = Outcome(Self.tune + ["--pass", "forward"])
    #expect(nothing.status == 0 && !nothing.err.contains("The plan is"), "\(nothing.err)")
    let run =
      Self.tiny + [
        "--plan", "saved", "--num-batches", "1", "--burn-in", "0", "--no-verify", "--output", "/dev/null",
      ]
    expectRefusal(run, status: 64, saying: "make one with `bench tune mobilenetv2 --save`.")
    let saved = Outcome(Self.tune + ["--pass", "forward", "--save"])
    #expect(saved.status == 0 && saved.err.contains("--plan saved"), "\(saved.err)")
    #expect(Outcome(run + ["--pass", "forward"]).status == 0)
    expectRefusal(run, status: 64, saying: "has no plan of the pass 'forward-backward'; use --pass forward.")
    #expect(Outcome(Self.tune + ["--pass", "train", "--save"]).status == 0)
    #expect(Outcome(run + ["--pass", "forward", "--pass", "train"]).status == 0)
  }

  @Test func exactPlansConvolveByTheDefinition() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/plan.json"
      let outcome = Outcome([
        "tune", "lenet5", "--batch-size", "1", "--image-size", "28", "--threads", "1", "--pass", "forward",
        "--max-time", "1", "--exact", "--output", path,
      ])
      #expect(outcome.status == 0 && outcome.out.contains("winograd is left out: --exact"), "\(outcome.err)")
      let file = try PlanFile(json: PlanFile.bytes(path), path: path)
      let backends = Set(file.passes.flatMap(\.layers).flatMap(\.directions.values).map(\.backend))
      #expect(file.isExact && !backends.contains { $0.hasPrefix("winograd") })
    }
  }

  @Test func refusals() {
    expectRefusal(["tune", "squeezenet"], status: 64, saying: "There is no model 'squeezenet'.")
    expectRefusal(Self.tune + ["--max-time=0"], status: 64, saying: "--max-time")
    expectRefusal(Self.tune + ["--max-workspace=-1"], status: 64, saying: "--max-workspace must be 0 to 1000000")
    expectRefusal(Self.tune + ["--format", "xml"], status: 64, saying: "There is no format 'xml'.")
    expectRefusal(Self.tune + ["--output", "/nowhere/plan.json"], status: 1, saying: "/nowhere/plan.json")
    let outcome = Outcome(["tune", "vgg16", "--batch-size", "65536", "--pass", "train"])
    #expect(outcome.status == 1 && outcome.err.contains("variants at once needs "), "\(outcome.err)")
  }
}
