import Networks
import Tensors
import Testing

@Suite struct MemoryPlanTests {
  typealias Request = MemoryPlan.Request

  @Test func tensorsInUseTogetherNeverOverlap() {
    var random = Random(seed: 21)
    for trial in 0..<200 {
      let requests = randomRequests(&random)
      let plan = MemoryPlan(requests)
      #expect(plan.offsets.count == requests.count)
      for a in requests.indices {
        let end = plan.offsets[a] + requests[a].byteCount
        #expect(plan.offsets[a] >= 0 && plan.offsets[a].isMultiple(of: 64) && end <= plan.byteCount, "trial \(trial)")
        for b in 0..<a where requests[a].steps.overlaps(requests[b].steps) {
          let apart =
            plan.offsets[b] >= end || plan.offsets[a] >= plan.offsets[b] + requests[b].byteCount
            || requests[a].byteCount == 0 || requests[b].byteCount == 0
          #expect(apart, "trial \(trial): \(requests[a]) at \(plan.offsets[a]), \(requests[b]) at \(plan.offsets[b])")
        }
      }
    }
  }

  @Test func sizeLiesBetweenTheBusiestStepAndTheSum() {
    var random = Random(seed: 22)
    for trial in 0..<200 {
      let requests = randomRequests(&random)
      let sizes = requests.map { $0.byteCount.rounded(upTo: 64) }
      let last = requests.map(\.steps.upperBound).max()!
      let busiest = (0...last).map { step in
        zip(requests, sizes).reduce(0) { $1.0.steps.contains(step) ? $0 + $1.1 : $0 }
      }
      let plan = MemoryPlan(requests)
      #expect(plan.byteCount >= busiest.max()!, "trial \(trial)")
      #expect(plan.byteCount <= sizes.reduce(0, +), "trial \(trial)")
    }
  }

  @Test func nothingNeedsNothing() {
    #expect(MemoryPlan([]).byteCount == 0)
  }

  /// Each layer reads what the one before wrote: the two largest neighbours decide.
  @Test func chainNeedsItsTwoLargestNeighbours() {
    let sizes = [640, 6400, 64, 12800, 3200, 128, 64]
    let plan = MemoryPlan(sizes.enumerated().map { Request(byteCount: $1, steps: $0...($0 + 1)) })
    #expect(plan.byteCount == 12800 + 3200)
  }

  @Test func sameLifetimesAddUp() {
    let plan = MemoryPlan((1...5).map { Request(byteCount: $0 * 64, steps: 2...9) })
    #expect(plan.byteCount == 15 * 64)
  }

  @Test func separateLifetimesShareEverything() {
    let plan = MemoryPlan((0..<5).map { Request(byteCount: 64 + $0, steps: $0...$0) })
    #expect(plan.byteCount == 128)
    #expect(plan.offsets == [0, 0, 0, 0, 0])
  }

  @Test func gapBetweenTwoIsFilled() {
    let plan = MemoryPlan([
      Request(byteCount: 1024, steps: 0...9), Request(byteCount: 512, steps: 0...2),
      Request(byteCount: 256, steps: 0...9),
      Request(byteCount: 320, steps: 5...6),
    ])
    #expect(plan.byteCount == 1024 + 512 + 256)
    #expect(plan.offsets[3] == 1024)
  }

  private func randomRequests(_ random: inout Random) -> [Request] {
    (0..<Int.random(in: 1...40, using: &random)).map { _ in
      let first = Int.random(in: 0..<30, using: &random)
      return Request(
        byteCount: Int.random(in: 0..<4, using: &random) * Int.random(in: 0..<5000, using: &random),
        steps: first...(first + Int.random(in: 0..<8, using: &random)))
    }
  }
}
