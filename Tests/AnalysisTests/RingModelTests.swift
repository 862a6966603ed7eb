import Testing

@testable import Analysis

@Suite struct RingModelTests {
  /// 1 byte a second, 0.25 s a message.
  private static let link = RingModel.Link(bandwidth: 1, latency: 0.25)

  @Test func ringMovesTwoTimesNMinusOneParts() {
    #expect(RingModel.allReduce(bytes: 8, ranks: 1, Self.link) == 0)
    // Two exchanges of 4 bytes.
    #expect(RingModel.allReduce(bytes: 8, ranks: 2, Self.link) == 8.5)
    // Six exchanges of 2 bytes.
    #expect(RingModel.allReduce(bytes: 8, ranks: 4, Self.link) == 13.5)
  }

  @Test func whatEndsBeforeBackwardIsHidden() {
    let model = RingModel(step: 20, update: 2, buckets: [.init(bytes: 4, ready: 10)])
    #expect(model.step(ranks: 2, Self.link) == 20)
    #expect(model.efficiency(ranks: 2, Self.link) == 1)
    #expect(model.step(ranks: 1, Self.link) == 20)
  }

  /// The first bucket has the link from 10 to 18.5, so the second one, ready at 12, ends at 23, 5 s after backward.
  @Test func bucketsWaitForTheLink() {
    let model = RingModel(
      step: 20, update: 2, buckets: [.init(bytes: 4, ready: 12), .init(bytes: 8, ready: 10)])
    #expect(model.step(ranks: 2, Self.link) == 25)
    #expect(model.efficiency(ranks: 2, Self.link) == 0.8)
  }

  @Test func moreRanksAreNeverFaster() {
    let model = RingModel(
      step: 1, update: 0.1, buckets: (0..<10).map { .init(bytes: 1e7, ready: 0.3 + 0.06 * Double($0)) })
    let link = RingModel.Link(bandwidth: 1e9, latency: 2e-5)
    let steps = [1, 2, 3, 8, 64, 512, 4096].map { model.step(ranks: $0, link) }
    #expect(steps == steps.sorted() && steps[0] == 1)
    // Bandwidth alone bounds the step: all bytes twice.
    #expect(model.step(ranks: 1 << 20, .init(bandwidth: 1e9, latency: 0)) < 0.3 + 2 * 1e8 / 1e9 + 0.7)
  }
}
