import Tensors
import Testing
import Threads

@testable import Convolution

/// The check before every timing must itself fail where it should.
@Suite struct VerifierTests {
  /// Runs the reference, then spoils its result.
  struct Spoiled: ConvolutionBackend {
    let name = "spoiled"
    let summary = "the reference with an error"
    let spoil: @Sendable (UnsafeMutablePointer<Float>, Int) -> Void

    func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? { nil }
    func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
      .direct(problem, direction)
    }
    func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
      SpoiledPlan(exact: Naive().plan(request, in: context), request: request, spoil: spoil)
    }
  }

  final class SpoiledPlan: ConvolutionPlan {
    let exact: any ConvolutionPlan
    let request: ConvolutionRequest
    let spoil: @Sendable (UnsafeMutablePointer<Float>, Int) -> Void
    let algorithm = "spoiled"
    let workspaceBytes = 0

    init(
      exact: any ConvolutionPlan, request: ConvolutionRequest,
      spoil: @escaping @Sendable (UnsafeMutablePointer<Float>, Int) -> Void
    ) {
      self.exact = exact
      self.request = request
      self.spoil = spoil
    }

    func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
      exact.run(operands, workspace: workspace)
      spoil(operands.result(of: request.direction), request.problem.resultCount(request.direction))
    }
  }

  static let problem = try! ConvolutionProblem(parsing: "n2c5h9w7k6r3p1")
  static let context = ExecutionContext(pool: ThreadPool(count: 1))

  private func outcome(
    _ direction: Direction, budget: Int = Verifier.budget,
    _ spoil: @escaping @Sendable (UnsafeMutablePointer<Float>, Int) -> Void
  ) throws -> Verification {
    try Verifier(in: Self.context, budget: budget).verify(
      Spoiled(spoil: spoil), ConvolutionRequest(Self.problem, direction))
  }

  @Test(arguments: Direction.allCases)
  func passesTheReference(direction: Direction) throws {
    let outcome = try outcome(direction) { _, _ in }
    #expect(outcome.passed)
    #expect(outcome.compared == outcome.total)
  }

  @Test(arguments: Direction.allCases)
  func failsOneWrongValue(direction: Direction) throws {
    #expect(try !outcome(direction) { values, count in values[count - 1] += 1e-3 }.passed)
  }

  /// One element in a tensor of which only a sample is compared.
  @Test func failsAnUnwrittenValueOutsideTheSample() throws {
    let outcome = try outcome(.forward, budget: 1) { values, count in values[count / 2] = .nan }
    #expect(outcome.compared < outcome.total)
    #expect(!outcome.passed)
  }

  @Test func namesTheProblem() throws {
    let outcome = try outcome(.forward) { values, _ in values[0] = 100 }
    #expect("\(outcome)".contains("spoiled forward \(Self.problem)"))
  }
}
