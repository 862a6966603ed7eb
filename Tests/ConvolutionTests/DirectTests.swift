import Tensors
import Terms
import Testing
import Threads

@testable import Convolution

/// The direct back end against the reference: every problem, every direction, every instruction set of this machine.
@Suite struct DirectTests {
  static let backend = Direct()

  /// Outputs of error 2: ReLU6 shall cut some of them at 6, but not most.
  private func trial(
    _ request: ConvolutionRequest, reference: any ConvolutionBackend = Naive()
  ) -> ConvolutionTrial {
    ConvolutionTrial(request, pool: ThreadPool(count: 1), reference: reference, outputDeviation: 2, .misaligned)
  }

  /// Images of several blocks, which share rows, and a fully connected layer of many panels.
  private static let large = [
    "n1c64h40w57k40r3p1", "n1c40h61w45k32r3u2p1", "n2g2c96h24w30k8r3s1p1q0", "n2c70h1w1k2100r1",
  ].map { try! ConvolutionProblem(parsing: $0) }

  @Test(arguments: Problems.all + large + wholeVectors)
  func matchesReference(_ problem: ConvolutionProblem) {
    for direction in Direction.allCases {
      let tolerance = Self.backend.tolerance(problem, direction)
      let sample = trial(ConvolutionRequest(problem, direction))
      for instructions in InstructionSet.allCases where instructions.isAvailable {
        let outcome = sample.run(Self.backend, instructions, on: ThreadPool(count: 1))
        #expect(
          tolerance.admits(outcome.error), "\(problem) \(direction) \(instructions): \(outcome.error)")
        #expect(outcome.canariesLive, "\(problem) \(direction) \(instructions) wrote outside its memory")
      }
    }
  }

  /// Results that no cache keeps are stored past all of them, where whole vectors allow it.
  @Test(arguments: Problems.all + wholeVectors, [GuardedFloats.Placement.aligned, .misaligned])
  func storesLargeResultsNonTemporally(_ problem: ConvolutionProblem, _ placement: GuardedFloats.Placement) {
    let nonTemporal = Direct(caches: CacheSizes(second: 16 << 10, last: 64))
    for direction in Direction.allCases {
      let sample = ConvolutionTrial(
        ConvolutionRequest(problem, direction), pool: ThreadPool(count: 1), reference: Self.backend, placement)
      for instructions in InstructionSet.allCases where instructions.isAvailable {
        let expected = sample.run(Self.backend, instructions, on: ThreadPool(count: 2))
        let outcome = sample.run(nonTemporal, instructions, on: ThreadPool(count: 2))
        #expect(
          outcome.isSame(as: expected) && outcome.canariesLive, "\(problem) \(direction) \(instructions) \(placement)")
      }
    }
  }

  private static let wholeVectors = [
    "n2c32h9w15k64r3p1", "n1c16h7w8k48r3u2p1", "n2g2c64h6w6k64r5p2", "n1g32c32h9w9k32r3p1", "n8c64h1w1k96r1",
  ].map { try! ConvolutionProblem(parsing: $0) }

  /// Constant filters are packed in another order; the sums must not notice.
  @Test(arguments: Problems.all)
  func constantFilterGivesTheSameBits(_ problem: ConvolutionProblem) {
    for instructions in InstructionSet.allCases where instructions.isAvailable {
      let variable = trial(ConvolutionRequest(problem, .forward), reference: Self.backend)
      let constant = trial(
        ConvolutionRequest(problem, .forward, filterIsConstant: true), reference: Self.backend)
      let expected = variable.run(Self.backend, instructions, on: ThreadPool(count: 1))
      for threads in 1...3 {
        let outcome = constant.run(Self.backend, instructions, on: ThreadPool(count: threads))
        #expect(outcome.isSame(as: expected), "\(problem) \(instructions) with \(threads) threads")
        #expect(outcome.canariesLive, "\(problem) \(instructions) with \(threads) threads wrote outside its memory")
      }
    }
  }

  @Test(arguments: Problems.all)
  func doesNotDependOnThreads(_ problem: ConvolutionProblem) {
    for direction in Direction.allCases {
      let sample = trial(ConvolutionRequest(problem, direction), reference: Self.backend)
      for instructions in InstructionSet.allCases where instructions.isAvailable {
        let alone = sample.run(Self.backend, instructions, on: ThreadPool(count: 1))
        for threads in [2, 3, 5] {
          let outcome = sample.run(Self.backend, instructions, on: ThreadPool(count: threads))
          let what: Comment = "\(problem) \(direction) \(instructions) with \(threads) threads"
          #expect(outcome.isSame(as: alone), what)
          #expect(outcome.canariesLive, what)
        }
      }
    }
  }

  static let epilogues = [
    Epilogue(bias: true), Epilogue(bias: true, activation: .relu), Epilogue(activation: .relu6),
    Epilogue(bias: true, residual: true, activation: .relu6), Epilogue(residual: true),
  ]

  @Test(arguments: Problems.all)
  func appliesEpilogue(_ problem: ConvolutionProblem) {
    for epilogue in Self.epilogues {
      let sample = trial(ConvolutionRequest(problem, .forward, epilogue: epilogue))
      for instructions in InstructionSet.allCases where instructions.isAvailable {
        let outcome = sample.run(Self.backend, instructions, on: ThreadPool(count: 2), inPlace: epilogue.residual)
        #expect(
          Self.backend.tolerance(problem, .forward).admits(outcome.error),
          "\(problem) \(epilogue) \(instructions): \(outcome.error)")
        #expect(outcome.canariesLive, "\(problem) \(epilogue) \(instructions) wrote outside its memory")
      }
    }
  }

  @Test(arguments: Problems.all)
  func gatesInputGradient(_ problem: ConvolutionProblem) {
    let tolerance = Self.backend.tolerance(problem, .inputGradient)
    let sample = trial(ConvolutionRequest(problem, .inputGradient, fusions: .reluBackward))
    for instructions in InstructionSet.allCases where instructions.isAvailable {
      for inPlace in [false, true] {
        let outcome = sample.run(Self.backend, instructions, on: ThreadPool(count: 2), inPlace: inPlace)
        #expect(
          tolerance.admits(outcome.error), "\(problem) \(instructions) in place: \(inPlace): \(outcome.error)")
        #expect(outcome.canariesLive, "\(problem) \(instructions) in place: \(inPlace) wrote outside its memory")
      }
    }
  }

  @Test(arguments: Problems.all)
  func sumsBiasGradient(_ problem: ConvolutionProblem) {
    let tolerance = Self.backend.tolerance(problem, .filterGradient)
    let sample = trial(ConvolutionRequest(problem, .filterGradient, fusions: .biasGradient))
    for instructions in InstructionSet.allCases where instructions.isAvailable {
      for threads in 1...2 {
        let outcome = sample.run(Self.backend, instructions, on: ThreadPool(count: threads))
        #expect(tolerance.admits(outcome.error), "\(problem) \(instructions): \(outcome.error)")
        #expect(
          tolerance.admits(outcome.biasError!), "\(problem) \(instructions) bias: \(outcome.biasError!)")
        #expect(outcome.canariesLive, "\(problem) \(instructions) wrote outside its memory")
      }
    }
  }
}
