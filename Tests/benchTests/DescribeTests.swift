import Foundation
import Testing

@Suite struct DescribeTests {
  @Test func listNamesModelsAndBackends() {
    let outcome = Outcome(["list"])
    #expect(outcome.status == 0 && outcome.err == "")
    for name in UsageTests.models.components(separatedBy: ", ") + ["winograd", "im2col", "naive"] {
      #expect(outcome.lines.contains { $0.split(separator: " ").first.map(String.init) == name }, "\(name)")
    }
    #expect(outcome.out.contains("138357544") && outcome.out.contains("15470264320"))
  }

  @Test(arguments: ["csv", "markdown"])
  func listHasOtherFormats(_ format: String) {
    let outcome = Outcome(["list", "--format", format])
    #expect(outcome.status == 0 && outcome.out.contains("mobilenetv2-tutorial"))
    #expect(outcome.out != Outcome(["list"]).out)
  }

  /// For readers that know one header; the rest is told beside it.
  @Test func csvIsOneTable() {
    let outcome = Outcome(["list", "--format", "csv"])
    #expect(outcome.out.hasPrefix("model,input,parameters,") && !outcome.out.contains("back end,available"))
    #expect(outcome.err.contains("note: 'Back ends in the order of preference ("), "\(outcome.err)")
    #expect(Outcome(["list", "--format", "markdown"]).err == "")
  }

  @Test(arguments: [
    ("alexnet", 60_965_224, 728_274_944, 1.457), ("alexnet-owt", 61_100_840, 716_767_232, 1.434),
    ("vgg16", 138_357_544, 15_470_264_320, 30.941), ("vgg16-2048", 72_342_312, 15_404_253_184, 30.809),
    ("mobilenetv2", 3_504_872, 300_774_272, 0.602), ("mobilenetv2-tutorial", 3_507_520, 437_140_096, 0.874),
  ])
  func jsonHasTheFiguresOfTheModel(_ model: String, _ parameters: Int, _ macs: Int, _ gflop: Double) throws {
    let description = try json(["describe", model, "--batch-size", "1"])
    #expect(description["parameters"] as? Int == parameters)
    #expect(description["macs"] as? Int == macs)
    #expect(abs(try #require(description["gflop_per_image"] as? Double) - gflop) < 0.0005)
    let layers = try #require(description["layers"] as? [[String: Any]])
    #expect(layers.compactMap { $0["parameters"] as? Int }.reduce(0, +) == parameters)
    #expect(layers.compactMap { $0["macs"] as? Int }.reduce(0, +) == macs)
    #expect(layers.last?["output"] as? [Int] == [1, 1, 1000])
  }

  @Test func imageSizeChangesTheWorkButNotTheParameters() throws {
    let description = try json(["describe", "alexnet", "--image-size", "227", "--batch-size", "1"])
    #expect(description["parameters"] as? Int == 60_965_224)
    #expect(description["macs"] as? Int == 749_108_768)
    #expect(description["image_size"] as? Int == 227)
  }

  @Test(arguments: ["vgg16", "vgg16-2048"])
  func poolsOfVGGRoundOddSidesUp(_ model: String) throws {
    let description = try json(["describe", model, "--image-size", "97", "--batch-size", "1"])
    let layers = try #require(description["layers"] as? [[String: Any]])
    let pools = layers.filter { ($0["name"] as? String)?.hasPrefix("pool") == true }
    #expect(pools.map { ($0["output"] as? [Int])?.first } == [49, 25, 13, 7, 4])
    #expect(pools.allSatisfy { $0["kind"] as? String == "max pool 2/2 SAME" })
    let fc6 = try #require(layers.first { $0["name"] as? String == "fc6" })
    #expect(fc6["parameters"] as? Int == (4 * 4 * 512 + 1) * (model == "vgg16" ? 4096 : 2048))
  }

  @Test func memoryGrowsWithTheBatch() throws {
    func bytes(_ batch: String, _ pass: String) throws -> Int {
      let memory = try #require(json(["describe", "alexnet", "--batch-size", batch])["memory"] as? [String: Any])
      return try #require((memory[pass] as? [String: Int])?["total_bytes"])
    }
    #expect(try bytes("1", "forward") < bytes("64", "forward"))
    #expect(try bytes("64", "forward") < bytes("64", "forward-backward"))
    #expect(try bytes("64", "forward-backward") < bytes("64", "train"))
  }

  @Test func textNamesEveryLayer() throws {
    let outcome = Outcome(["describe", "vgg16"])
    #expect(outcome.status == 0 && outcome.err == "")
    for name in ["conv1_1", "conv5_3", "pool5", "fc6", "dropout7", "fc8"] {
      #expect(outcome.lines.contains { $0.hasPrefix(name + " ") }, "\(name)")
    }
    #expect(outcome.out.contains("138357544 parameters, 15470264320 MACs (30.941 GFLOP) an image."))
  }

  // MARK: Plan

  @Test func planNamesWhatRunsTogether() {
    let outcome = Outcome([
      "describe", "mobilenetv2", "--plan", "--pass", "forward", "--batch-size", "2", "--threads", "1",
    ])
    #expect(outcome.status == 0 && outcome.err == "")
    let block = outcome.lines.first { $0.hasPrefix("block3/expand+depthwise+project ") } ?? ""
    #expect(block.contains("direct") && block.contains("fused block") && block.contains("residual"), "\(outcome.out)")
    #expect(outcome.lines.contains { $0.hasPrefix("pool9 ") })
  }

  @Test func planHasBothPassesInJSON() throws {
    let plan = try json(["describe", "vgg16", "--plan", "--batch-size", "2", "--threads", "2"])
    #expect(plan["threads"] as? Int == 2 && plan["backend"] as? String == "auto")
    let passes = try #require(plan["passes"] as? [[String: Any]])
    #expect(passes.map { $0["pass"] as? String } == ["forward", "forward-backward"])
    let groups = try #require(passes[1]["groups"] as? [[String: Any]])
    let pooled = try #require(groups.first { $0["name"] as? String == "conv1_2" })
    #expect(pooled["layers"] as? [String] == ["conv1_2", "pool1"])
    #expect(pooled["saved_for_backward"] as? [String] == ["output", "argmax"])
    let plans = try #require(pooled["plans"] as? [[String: Any]])
    #expect(plans.map { $0["direction"] as? String } == ["forward", "filter_gradient", "input_gradient"])
    #expect(plans.allSatisfy { $0["backend"] as? String == "winograd" && ($0["workspace_bytes"] as? Int ?? 0) > 0 })
    #expect(plans[2]["besides"] as? [String] == ["ReLU mask of the layer below"])
  }

  @Test func planSaysWhoTakesWhatTheBackEndCannot() {
    let outcome = Outcome(["describe", "mobilenetv2", "--plan", "--backend", "im2col", "--pass", "forward"])
    #expect(
      outcome.out.contains("block1/depthwise, block2/depthwise, block3/depthwise and 14 more: direct runs the forward"))
    expectRefusal(
      ["describe", "mobilenetv2", "--plan", "--backend", "im2col", "--strict"], status: 64,
      saying: "'im2col' cannot run ")
  }

  /// A batch whose tensors no machine holds: nothing is allocated.
  @Test func planAllocatesNothing() {
    let outcome = Outcome(["describe", "vgg16", "--plan", "--pass", "train", "--batch-size", "65536"])
    #expect(outcome.status == 0 && outcome.out.contains("65536"))
  }

  @Test func passWithoutPlanIsRefused() {
    expectRefusal(["describe", "vgg16", "--pass", "train"], status: 64, saying: "--pass goes with --plan")
    expectRefusal(
      ["describe", "vgg16", "--plan", "--pass", "train", "--pass", "train"], status: 64,
      saying: "A pass is measured only once")
  }

  private func json(_ arguments: [String]) throws -> [String: Any] {
    let outcome = Outcome(arguments + ["--format", "json"])
    #expect(outcome.status == 0 && outcome.err == "")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any])
  }
}
