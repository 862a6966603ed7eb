import Communication
import Networks
import RankTestSupport
import Testing

@Suite struct GradientBucketsTests {
  private func parts(_ counts: [Int], limit: Int) -> [[[Int]]] {
    GradientBuckets(counts, limit: limit).buckets.map { bucket in
      bucket.map { [$0.tensor, $0.elements.lowerBound, $0.elements.upperBound] }
    }
  }

  @Test func smallTensorsShareABucket() {
    #expect(parts([3, 4, 5], limit: 8) == [[[0, 0, 3], [1, 0, 4]], [[2, 0, 5]]])
  }

  /// The small ones around a large one wait for each other.
  @Test func largeTensorsAreDivided() {
    #expect(parts([2, 20, 3], limit: 8) == [[[1, 0, 8]], [[1, 8, 16]], [[1, 16, 20]], [[0, 0, 2], [2, 0, 3]]])
  }

  @Test(arguments: 1...40) func everyElementIsInOneBucket(_ limit: Int) {
    let counts = [7, 1, 33, 8, 9, 0, 16, 2, 2, 2]
    let all = GradientBuckets(counts, limit: limit).buckets
    #expect(all.allSatisfy { $0.reduce(0) { $0 + $1.elements.count } <= limit && !$0.isEmpty })
    for (tensor, count) in counts.enumerated() {
      let elements = all.joined().filter { $0.tensor == tensor }.flatMap { Array($0.elements) }
      #expect(elements == Array(0..<count))
    }
  }
}

@Suite struct GradientAverageTests {
  /// Buckets of a few gradients, of parts of one, and one for all.
  @Test(arguments: [1, 2, 4], [64, 1000, 1 << 20])
  func stepsEqualThoseOfOneProcess(_ count: Int, _ bucketBytes: Int) {
    ThreadCommunicator.run(count) { ranks in
      guard let found = try RankedSteps.compare(ranks, bucketBytes: bucketBytes) else { return }
      #expect(RankedSteps.gradients.admits(found.gradients), "\(found.gradients)")
      #expect(RankedSteps.movements.admits(found.movements), "\(found.movements)")
      let floats = RankedSteps.layers.parameters.reduce(0) { $0 + $1.count }
      #expect(found.average.bytesPerStep == 4 * floats)
      #expect(found.average.steps.count == RankedSteps.steps)
      #expect(found.average.steps.allSatisfy { 0 < $0.exposed && $0.exposed <= 2 * $0.inFlight })
    }
  }

  /// A gradient that is said to be final stays as it is until the update begins.
  @Test func finalGradientsAreFinal() throws {
    final class Witness: GradientListener {
      var seen: [(tensor: Tensor, values: [Float])] = []
      var dispatches = 0
      func stepBegins() { seen = [] }
      func areFinal(_ gradients: [Tensor]) { seen += gradients.map { ($0, $0.values) } }
      func dispatchEnded() { dispatches += 1 }
      func updateBegins() { for (tensor, values) in seen { #expect(tensor.values == values, "\(tensor.name)") } }
    }
    let steps = try RankedSteps(0..<1, share: 1)
    let witness = Witness()
    steps.program.gradientFollower = GradientFollower(steps.program, witness)
    for _ in 0..<2 { steps.program.run() }
    #expect(witness.seen.count == steps.program.gradients.count)
    #expect(Set(witness.seen.map(\.tensor.name)).count == witness.seen.count)
    // The last layer's gradients come first.
    #expect(witness.seen.first?.tensor.name.hasPrefix("gradient/fc1") == true)
    #expect(witness.dispatches >= 3)
  }

  @Test func followedStepsComputeWhatOthersDo() throws {
    final class Nobody: GradientListener {
      func stepBegins() {}
      func areFinal(_ gradients: [Tensor]) {}
      func dispatchEnded() {}
      func updateBegins() {}
    }
    let (alone, followed) = (try RankedSteps(0..<1, share: 1), try RankedSteps(0..<1, share: 1))
    followed.program.gradientFollower = GradientFollower(followed.program, Nobody())
    for steps in [alone, followed] { for _ in 0..<3 { steps.program.run() } }
    #expect(alone.program.parameters.map(\.tensor.values) == followed.program.parameters.map(\.tensor.values))
  }
}
