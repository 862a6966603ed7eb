import Tensors
import Testing

@testable import Convolution

/// The direct back end against the reference: every problem, every direction, every instruction set of this machine.
@Suite struct DirectTests {
  static let backend = Direct()

  @Test(arguments: Problems.all)
  func matchesReference(_ problem: ConvolutionProblem) throws {
    for direction in Direction.allCases {
      let tolerance = Self.backend.tolerance(problem, direction)
      let sample = try ConvolutionCase(ConvolutionRequest(problem, direction))
      for instructions in InstructionSet.allCases where instructions.isAvailable {
        let outcome = try sample.run(Self.backend, instructions, threads: 1)
        #expect(
          tolerance.admits(outcome.deviation), "\(problem) \(direction) \(instructions): \(outcome.deviation)")
        #expect(outcome.canariesIntact, "\(problem) \(direction) \(instructions) wrote outside its memory")
      }
    }
  }

  /// Constant filters are packed in another order; the sums must not notice.
  @Test(arguments: Problems.all)
  func constantFilterGivesTheSameBits(_ problem: ConvolutionProblem) throws {
    for instructions in InstructionSet.allCases where instructions.isAvailable {
      let variable = try ConvolutionCase(ConvolutionRequest(problem, .forward), reference: Self.backend)
      let constant = try ConvolutionCase(
        ConvolutionRequest(problem, .forward, filterIsConstant: true), reference: Self.backend)
      let expected = try variable.run(Self.backend, instructions, threads: 1)
      for threads in 1...3 {
        let outcome = try constant.run(Self.backend, instructions, threads: threads)
        #expect(identical(outcome.values, expected.values), "\(problem) \(instructions) with \(threads) threads")
        #expect(outcome.canariesIntact, "\(problem) \(instructions) with \(threads) threads wrote outside its memory")
      }
    }
  }

  @Test(arguments: Problems.all)
  func doesNotDependOnThreads(_ problem: ConvolutionProblem) throws {
    for direction in Direction.allCases {
      let sample = try ConvolutionCase(ConvolutionRequest(problem, direction), reference: Self.backend)
      let alone = try sample.run(Self.backend, threads: 1)
      for threads in 2...3 {
        let outcome = try sample.run(Self.backend, threads: threads)
        #expect(identical(outcome.values, alone.values), "\(problem) \(direction) with \(threads) threads")
        #expect(outcome.canariesIntact, "\(problem) \(direction) with \(threads) threads wrote outside its memory")
      }
    }
  }

  static let epilogues = [
    Epilogue(bias: true), Epilogue(bias: true, activation: .relu), Epilogue(activation: .relu6),
    Epilogue(bias: true, residual: true, activation: .relu6), Epilogue(residual: true),
  ]

  @Test(arguments: Problems.all)
  func appliesEpilogue(_ problem: ConvolutionProblem) throws {
    for epilogue in Self.epilogues {
      let sample = try ConvolutionCase(ConvolutionRequest(problem, .forward, epilogue: epilogue))
      for instructions in InstructionSet.allCases where instructions.isAvailable {
        let outcome = try sample.run(Self.backend, instructions, threads: 2, inPlace: epilogue.residual)
        #expect(
          Self.backend.tolerance(problem, .forward).admits(outcome.deviation),
          "\(problem) \(epilogue) \(instructions): \(outcome.deviation)")
      }
    }
  }

  @Test(arguments: Problems.all)
  func gatesInputGradient(_ problem: ConvolutionProblem) throws {
    let tolerance = Self.backend.tolerance(problem, .inputGradient)
    let sample = try ConvolutionCase(ConvolutionRequest(problem, .inputGradient, fusions: .reluGate))
    for inPlace in [false, true] {
      let outcome = try sample.run(Self.backend, threads: 2, inPlace: inPlace)
      #expect(tolerance.admits(outcome.deviation), "\(problem) in place: \(inPlace): \(outcome.deviation)")
    }
  }

  @Test(arguments: Problems.all)
  func sumsBiasGradient(_ problem: ConvolutionProblem) throws {
    let tolerance = Self.backend.tolerance(problem, .filterGradient)
    let sample = try ConvolutionCase(ConvolutionRequest(problem, .filterGradient, fusions: .biasGradient))
    for threads in 1...2 {
      let outcome = try sample.run(Self.backend, threads: threads)
      #expect(tolerance.admits(outcome.deviation), "\(problem): \(outcome.deviation)")
      #expect(tolerance.admits(outcome.biasDeviation!), "\(problem) bias: \(outcome.biasDeviation!)")
    }
  }
}
