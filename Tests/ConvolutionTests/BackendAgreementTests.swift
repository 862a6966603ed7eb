import Convolution
import Terms
import Testing
import Threads

/// Every back end of the registry against the definition, on everything that it takes.
@Suite struct BackendAgreementTests {
  static let context = ExecutionContext(pool: ThreadPool(count: 2))

  @Test(arguments: Backends.all.map(\.name), Direction.allCases)
  func agreesWithTheReference(backend name: String, direction: Direction) throws {
    let backend = try #require(Backends.named(name))
    let verifier = Verifier(in: Self.context)
    for problem in Problems.all where backend.reasonUnsupported(problem, direction) == nil {
      let outcome = try verifier.verify(backend, ConvolutionRequest(problem, direction))
      #expect(outcome.passed, "\(outcome)")
    }
  }

  @Test(arguments: Backends.all.map(\.name))
  func fusesTheEpilogue(backend name: String) throws {
    let backend = try #require(Backends.named(name))
    let verifier = Verifier(in: Self.context)
    let epilogues = [
      Epilogue(bias: true, activation: .relu), Epilogue(bias: true, residual: true, activation: .relu6),
      Epilogue(residual: true), Epilogue(bias: true),
    ]
    for problem in Problems.all where backend.reasonUnsupported(problem, .forward) == nil {
      for epilogue in epilogues {
        let outcome = try verifier.verify(backend, ConvolutionRequest(problem, .forward, epilogue: epilogue))
        #expect(outcome.passed, "\(epilogue): \(outcome)")
      }
    }
  }

  /// Every fusion that a back end offers, alone and all at once.
  @Test(arguments: Backends.all.map(\.name), Direction.allCases)
  func fusesWhatItOffers(backend name: String, direction: Direction) throws {
    let backend = try #require(Backends.named(name))
    let verifier = Verifier(in: Self.context)
    for problem in Problems.all where backend.reasonUnsupported(problem, direction) == nil {
      let offered = backend.fusions(problem, direction)
      for fusions in [.maxPool, .reluBackward, .biasGradient, offered] as [Fusions]
      where !fusions.isEmpty && offered.isSuperset(of: fusions) {
        // A fused pool stands behind a ReLU.
        let epilogue = Epilogue(bias: true, activation: .relu)
        let outcome = try verifier.verify(
          backend,
          ConvolutionRequest(problem, direction, epilogue: direction == .forward ? epilogue : .none, fusions: fusions))
        #expect(outcome.passed, "fusions \(fusions.rawValue): \(outcome)")
      }
    }
  }

  @Test func takesEveryProblemBySomeBackend() {
    #expect(Problems.all.count >= 60)
    for problem in Problems.all {
      for direction in Direction.allCases {
        let backend = Backends.fallback(problem, direction)
        #expect(backend.reasonUnsupported(problem, direction) == nil, "\(problem)")
      }
    }
  }

  @Test(arguments: Backends.all.map(\.name))
  func takesSomething(backend name: String) throws {
    let backend = try #require(Backends.named(name))
    #expect(
      Direction.allCases.contains { direction in
        Problems.all.contains { backend.reasonUnsupported($0, direction) == nil }
      })
  }

  @Test func endsWithTheReference() {
    #expect(Backends.all.last?.name == Naive().name)
    #expect(Set(Backends.all.map(\.name)).count == Backends.all.count)
  }
}
