import Foundation
import Testing

@testable import Gate

/// A gate says where base and head do not run each layer alike.
@Suite struct PlanChangeTests {
  @Test func differencesAreCounted() {
    let (base, head) = (["conv1: a", "conv2: a", "conv3: a"], ["conv1: a", "conv2: b", "conv3: b"])
    #expect(Agreement.planChange(base: base, head: base) == nil)
    #expect(
      Agreement.planChange(base: base, head: head)
        == "The plans of base and head differ in 2 layers: base has conv2: a, and head conv2: b.")
    #expect(
      Agreement.planChange(base: [], head: ["conv1: a"])
        == "The plans of base and head differ in 1 layer: base has nothing of it, and head conv1: a.")
    #expect(
      Agreement.planChange(base: base, head: base.reversed())
        == "Base and head run the same layers in another order.")
  }

  /// An older version says nothing of its plan.
  @Test func oldRepliesHaveNoPlan() throws {
    let old = try JSONDecoder().decode(WorkerReply.self, from: Data(#"{"ready":{"outputs":[]}}"#.utf8))
    #expect(old == .ready(outputs: []))
    #expect(Agreement.planChange(base: nil, head: ["conv1: a"]) == nil)
    let new = WorkerReply.ready(outputs: [], plan: ["conv1: a"])
    #expect(try JSONDecoder().decode(WorkerReply.self, from: JSONEncoder().encode(new)) == new)
  }
}
