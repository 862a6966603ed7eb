import Foundation
import Networks
import Terms
import Testing

/// Nothing that a step leaves behind, in workspaces, packed filters or statistics, reaches the next one.
/// `BENCH_SOAK_STEPS=10000` takes as many steps as that; `scripts/soak` does.
@Suite struct RepeatedStepsTests {
  static let steps = Int(ProcessInfo.processInfo.environment["BENCH_SOAK_STEPS"] ?? "") ?? 20

  @Test(arguments: Zoo.all.map(\.name)) func everyStepHasTheBitsOfTheFirst(_ model: String) throws {
    let layers = try #require(Zoo.named(model)).narrowLayers()
    for pass in [Pass.forward, .forwardBackward] {
      let program = try Program.ready(layers, pass, batch: 1, in: context(), dropsOut: false)
      program.run()
      let (logits, gradients) = (program.logits.values.bits, program.gradients.mapValues { $0.values.bits })
      for step in 1..<Self.steps {
        program.run()
        let hasSameGradients = program.gradients.allSatisfy { $1.values.bits == gradients[$0] }
        try #require(
          program.logits.values.bits == logits && hasSameGradients, "\(model) \(pass.rawValue), step \(step)")
      }
    }
  }
}
