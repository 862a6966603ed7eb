import Convolution
import Terms
import Testing

@testable import Networks

/// What a plan has pinned runs, and nothing else changes.
@Suite struct PinnedPlanTests {
  private func groups(_ layers: [Layer], _ pass: Pass, _ plan: PinnedPlan) throws -> [FusedGroup] {
    try FusionPass.groups(layers, pass: pass, batch: 2, choice: BackendChoice(plan), in: context())
  }

  private func backends(_ groups: [FusedGroup], _ layer: String) -> [Direction: String] {
    let assignments = groups.flatMap(\.assignments).filter { $0.layer == layer }
    return Dictionary(uniqueKeysWithValues: assignments.map { ($0.request.direction, $0.backend) })
  }

  @Test func directionsArePinnedApart() throws {
    let layers = try #require(Zoo.named("vgg11")).layers()
    var plan = PinnedPlan()
    plan.pin("conv2_1", .filterGradient, on: Im2col())
    plan.pin("conv2_1", .forward, on: Winograd(.six))
    let groups = try groups(layers, .forwardBackward, plan)
    #expect(
      backends(groups, "conv2_1") == [.forward: "winograd:f6", .filterGradient: "im2col", .inputGradient: "winograd"])
    let usual = try FusionPass.groups(layers, pass: .forwardBackward, batch: 2, choice: BackendChoice(), in: context())
    for layer in layers where layer.problem != nil && layer.name != "conv2_1" {
      #expect(backends(groups, layer.name) == backends(usual, layer.name))
    }
  }

  @Test func convolutionsRunApart() throws {
    for (model, pass) in [("vgg11", Pass.forward), ("mobilenetv2", .forward), ("mobilenetv2", .train)] {
      let layers = try #require(Zoo.named(model)).layers()
      var plan = PinnedPlan()
      #expect(try groups(layers, pass, plan).contains { $0.chain != nil || $0.expansion != nil || $0.pools })
      for layer in layers where layer.problem != nil { plan.runApart(layer.name) }
      let apart = try groups(layers, pass, plan)
      #expect(!apart.contains { $0.chain != nil || $0.expansion != nil || $0.pools }, "\(model) \(pass)")
      #expect(apart.allSatisfy { $0.convolutions.count <= 1 }, "\(model) \(pass)")
    }
  }

  /// What costs nothing joins a convolution all the same.
  @Test func activationsAndNormsStillJoin() throws {
    let layers = try #require(Zoo.named("mobilenetv2")).layers()
    var plan = PinnedPlan()
    plan.runApart("block2/expand")
    let group = try #require(try groups(layers, .forward, plan).first { $0.names.contains("block2/expand") })
    #expect(group.names == ["block2/expand", "block2/expand/batch_norm"])
  }

  @Test func backEndThatCannotIsRefused() throws {
    let layers = try #require(Zoo.named("alexnet")).layers()
    var plan = PinnedPlan()
    plan.pin("conv1", .forward, on: Winograd())
    let error = #expect(throws: NetworkError.self) { try groups(layers, .forward, plan) }
    let sentence = try #require(error).description
    #expect(sentence.hasPrefix("The plan has winograd run conv1, and it cannot: Winograd needs stride 1"))
  }
}

extension FusedGroup {
  fileprivate var pools: Bool { convolutions.contains { $0.pool != nil } }
}
