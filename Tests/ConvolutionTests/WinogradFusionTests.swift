import Tensors
import Terms
import Testing
import Threads

@testable import Convolution

extension WinogradTests {
  @Suite struct Fused {}
}

/// Each fused form against the plan without it. They do the same arithmetic, so the bits must be the same; pools are
/// fused on images of their own, so the sizes are such that mosaics of images would not pay.
extension WinogradTests.Fused {
  static let backends = [Winograd(), Winograd(caches: WinogradTests.tinyCaches)]

  static let problems = [
    "c16h4w4k16r3p1", "c16h2w2k16r3p1", "c5h13w13k16r3p1", "n2c16h14w14k48r3p1", "n3c32h7w8k32r3p1",
    "n2c17h11w12k64r3p1", "n2g2c32h6w6k64r3p1", "c100h3w10k16r3p1", "c16h8w9k32r3p1+0", "n5c16h16w12k16r3p1+2q1+0",
    // The filter gradient of 96 tiles: one block, several with tiny caches; of 288: parts.
    "n6c16h16w16k16r3p1", "n2c16h48w48k16r3p1",
  ].map { try! ConvolutionProblem(parsing: $0) }

  /// Problems whose output no window of a pool fits, or whose channels are no whole vectors: reluMask and bias only.
  static let unpooledProblems = [
    "c5h13w13k7r3p1", "n2c33h6w6k17r3p0", "g2c20h8w8k12r3p2", "c16h1w9k3r3p1", "n2c6h9w9k10r5p2",
  ].map { try! ConvolutionProblem(parsing: $0) }

  /// What runs a plan, and whether it is told that the filter is constant, which decides how that is transformed.
  private struct Target: CustomStringConvertible {
    let backend: Winograd
    let instructionSet: InstructionSet
    let pool: ThreadPool
    let filterIsConstant: Bool

    func run(_ request: ConvolutionRequest, _ operands: ConvolutionOperands) {
      var request = request
      request.filterIsConstant = filterIsConstant
      _ = execute(backend, request, operands, instructionSet, pool)
    }
    var description: String { "\(instructionSet) t\(pool.count)\(filterIsConstant ? " constant" : "")" }
  }

  private func forEachTarget(_ body: (Target) -> Void) {
    for backend in Self.backends {
      for instructionSet in InstructionSet.allCases where instructionSet.isAvailable {
        for pool in WinogradTests.pools {
          for constant in [false, true] {
            body(Target(backend: backend, instructionSet: instructionSet, pool: pool, filterIsConstant: constant))
          }
        }
      }
    }
  }

  // MARK: Epilogue

  @Test(arguments: problems + unpooledProblems)
  func epilogueAgreesWithTheDefinition(problem: ConvolutionProblem) {
    for activation in Activation.allCases {
      let epilogue = Epilogue(bias: activation != .none, residual: activation != .relu, activation: activation)
      let trial = ConvolutionTrial(
        ConvolutionRequest(problem, .forward, epilogue: epilogue), pool: WinogradTests.pools[1])
      forEachTarget { target in
        guard target.pool.count < 3 else { return }
        let outcome = trial.run(
          target.backend, target.instructionSet, on: target.pool, filterIsConstant: target.filterIsConstant)
        let tolerance = target.backend.tolerance(problem, .forward)
        #expect(tolerance.admits(outcome.error), "\(problem) \(epilogue) \(target): \(outcome.error)")
        #expect(outcome.canariesLive)
      }
    }
  }

  @Test(arguments: problems + unpooledProblems) func residualMayBeTheOutput(problem: ConvolutionProblem) {
    let input = GuardedFloats.random(problem.inputCount, "x")
    let filter = GuardedFloats.random(problem.filterCount, "w")
    let residual = GuardedFloats.random(problem.outputCount, "residual")
    let (apart, inPlace) = (GuardedFloats(count: problem.outputCount), GuardedFloats(count: problem.outputCount))
    let request = ConvolutionRequest(problem, .forward, epilogue: Epilogue(residual: true, activation: .relu))
    forEachTarget { target in
      var operands = ConvolutionOperands(input: input.base, filter: filter.base, output: apart.base)
      operands.residual = UnsafePointer(residual.base)
      target.run(request, operands)
      inPlace.base.update(from: residual.base, count: residual.count)
      operands.output = inPlace.base
      operands.residual = UnsafePointer(inPlace.base)
      target.run(request, operands)
      #expect(apart.isSame(as: inPlace), "\(problem) \(target)")
    }
  }

  // MARK: Pool

  @Test(arguments: problems) func pooledOutputIsThePoolOfTheOutput(problem: ConvolutionProblem) {
    let windows = PoolWindows(problem)
    let input = GuardedFloats.random(problem.inputCount, "x")
    let filter = GuardedFloats.random(problem.filterCount, "w")
    let bias = GuardedFloats.random(problem.outputChannels, "b")
    let (full, pooled) = (GuardedFloats(count: problem.outputCount), GuardedFloats(count: windows.count))
    let argmax = UnsafeMutablePointer<UInt8>.allocate(capacity: windows.count)
    defer { argmax.deallocate() }
    var request = ConvolutionRequest(problem, .forward, epilogue: Epilogue(bias: true, activation: .relu))
    var operands = ConvolutionOperands(input: input.base, filter: filter.base, output: full.base)
    operands.bias = UnsafePointer(bias.base)
    forEachTarget { target in
      guard target.pool.count < 3 else { return }
      #expect(target.backend.fusions(problem, .forward) == .maxPool)
      request.fusions = []
      operands.output = full.base
      target.run(request, operands)
      request.fusions = .maxPool
      operands.output = pooled.base
      for keepsArgmax in [false, true] {
        pooled.fill(.nan)
        argmax.update(repeating: 77, count: windows.count)
        operands.argmax = keepsArgmax ? argmax : nil
        target.run(request, operands)
        let wrong = windows.firstWrong(full: full, pooled: pooled, argmax: keepsArgmax ? argmax : nil)
        #expect(wrong == nil, "\(problem) \(target): window \(wrong ?? 0)")
        #expect(pooled.canariesLive)
      }
    }
  }

  @Test(arguments: problems) func pooledGradientsAreThoseOfTheFullGradient(problem: ConvolutionProblem) {
    let windows = PoolWindows(problem)
    let input = GuardedFloats.random(problem.inputCount, "x")
    let filter = GuardedFloats.random(problem.filterCount, "w")
    let pooled = GuardedFloats.random(windows.count, "dp")
    let argmax = UnsafeMutablePointer<UInt8>.allocate(capacity: windows.count)
    defer { argmax.deallocate() }
    var random = Random(seed: 3)
    for index in 0..<windows.count { argmax[index] = UInt8(random.next() % 5) }
    let full = windows.unpooled(pooled, argmax)
    for direction in [Direction.inputGradient, .filterGradient] {
      let count = problem.resultCount(direction)
      let (expected, result) = (GuardedFloats(count: count), GuardedFloats(count: count))
      forEachTarget { target in
        var operands = ConvolutionOperands(input: input.base, filter: filter.base, output: full.base)
        operands.setResult(expected.base, of: direction)
        target.run(ConvolutionRequest(problem, direction), operands)
        operands.setResult(result.base, of: direction)
        operands.output = pooled.base
        operands.argmax = argmax
        result.fill(.nan)
        let request = ConvolutionRequest(problem, direction, fusions: .maxPool)
        target.run(request, operands)
        #expect(expected.isSame(as: result), "\(problem) \(direction) \(target)")
      }
    }
  }

  // MARK: Gate and bias

  @Test(arguments: problems + unpooledProblems) func gateClosesTheInputGradient(problem: ConvolutionProblem) {
    let filter = GuardedFloats.random(problem.filterCount, "w")
    let gradient = GuardedFloats.random(problem.outputCount, "dy")
    let reluMask = GuardedFloats.random(problem.inputCount, "reluMask")
    let (expected, result) = (GuardedFloats(count: problem.inputCount), GuardedFloats(count: problem.inputCount))
    forEachTarget { target in
      var operands = ConvolutionOperands(input: expected.base, filter: filter.base, output: gradient.base)
      target.run(ConvolutionRequest(problem, .inputGradient), operands)
      for index in 0..<expected.count where !(reluMask.base[index] > 0) { expected.base[index] = 0 }
      let request = ConvolutionRequest(problem, .inputGradient, fusions: .reluBackward)
      operands.input = result.base
      operands.reluMask = UnsafePointer(reluMask.base)
      result.fill(.nan)
      target.run(request, operands)
      #expect(expected.isSame(as: result), "\(problem) \(target)")
      result.base.update(from: reluMask.base, count: reluMask.count)
      operands.reluMask = UnsafePointer(result.base)
      target.run(request, operands)
      #expect(expected.isSame(as: result), "in place \(problem) \(target)")
    }
  }

  @Test(arguments: problems + unpooledProblems) func biasGradientIsTheSum(problem: ConvolutionProblem) {
    let input = GuardedFloats.random(problem.inputCount, "x")
    let gradient = GuardedFloats.random(problem.outputCount, "dy")
    let channels = problem.outputChannels
    var sums = [Double](repeating: 0, count: channels)
    for index in 0..<gradient.count { sums[index % channels] += Double(gradient.base[index]) }
    let (expected, result) = (GuardedFloats(count: problem.filterCount), GuardedFloats(count: problem.filterCount))
    let bias = GuardedFloats(count: channels)
    var first: [Float] = []
    forEachTarget { target in
      for floats in [expected, result, bias] { floats.fill(.nan) }
      var operands = ConvolutionOperands(input: input.base, filter: expected.base, output: gradient.base)
      target.run(ConvolutionRequest(problem, .filterGradient), operands)
      operands.filter = result.base
      operands.biasGradient = bias.base
      let request = ConvolutionRequest(problem, .filterGradient, fusions: .biasGradient)
      target.run(request, operands)
      #expect(expected.isSame(as: result), "\(problem) \(target)")
      let error = RelativeError(of: Array(bias.values), from: sums)
      #expect(error.relativeL2 < 1e-6, "\(problem) \(target): \(error)")
      #expect(bias.canariesLive)
      if target.pool.count == 1 { first = Array(bias.values) }
      #expect(first == Array(bias.values), "\(problem) \(target)")
    }
  }
}

extension ConvolutionOperands {
  fileprivate mutating func setResult(_ result: UnsafeMutablePointer<Float>, of direction: Direction) {
    if direction == .inputGradient { input = result } else { filter = result }
  }
}
