import Convolution
import Networks
import Testing

@testable import bench

/// What is checked before the timing is what is timed: a plan writes large results by non-temporal stores.
@Suite struct VerifiedBatchTests {
  @Test(arguments: Zoo.all.map(\.name), [1, 4, 64])
  func resultsAreAsLargeForTheCaches(model: String, batch: Int) throws {
    let network = try #require(Zoo.named(model))
    for layer in try layers(of: network, imageSize: nil) {
      guard let problem = layer.problem(batch: batch) else { continue }
      for fusions in [[], .maxPool] as [Fusions] {
        let request = ConvolutionRequest(problem, .forward, fusions: fusions)
        var verified = problem
        verified.batch = request.verifiedBatch
        #expect((1...batch).contains(verified.batch), "\(layer.name)")
        #expect(keep(verified.inputCount) == keep(problem.inputCount), "\(layer.name)")
        let windows = fusions.isEmpty ? 1 : 4
        #expect(keep(verified.outputCount / windows) == keep(problem.outputCount / windows), "\(layer.name) \(windows)")
      }
    }
  }

  /// The batch may decide how a plan works.
  @Test func smallTensorsKeepTheirBatch() throws {
    let request = ConvolutionRequest(try ConvolutionProblem(parsing: "n16c64h14w14k64r3s3u1p1"), .forward)
    #expect(request.verifiedBatch == 16)
  }

  private func keep(_ floats: Int) -> Bool { CachePolicy.current.keepsResult(4 * floats) }
}
