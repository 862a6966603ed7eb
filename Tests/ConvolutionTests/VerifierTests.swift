import Tensors
import Terms
import Testing
import Threads

@testable import Convolution

/// The check before every timing must itself fail where it should.
@Suite struct VerifierTests {
  /// Runs another back end, then spoils what it wrote.
  struct Spoiled: ConvolutionBackend {
    let name = "spoiled"
    let summary = "another back end with an error"
    var exact: any ConvolutionBackend = Naive()
    let spoil: @Sendable (ConvolutionOperands) -> Void

    func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? { nil }
    func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
      exact.tolerance(problem, direction)
    }
    func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
      SpoiledPlan(exact: exact.plan(request, in: context), spoil: spoil)
    }
  }

  final class SpoiledPlan: ConvolutionPlan {
    let exact: any ConvolutionPlan
    let spoil: @Sendable (ConvolutionOperands) -> Void
    let algorithm = "spoiled"
    var workspaceBytes: Int { exact.workspaceBytes }
    var packedFilterBytes: Int { exact.packedFilterBytes }

    init(exact: any ConvolutionPlan, spoil: @escaping @Sendable (ConvolutionOperands) -> Void) {
      self.exact = exact
      self.spoil = spoil
    }

    func prepare(filter: UnsafePointer<Float>, into packed: UnsafeMutableRawPointer) {
      exact.prepare(filter: filter, into: packed)
    }
    func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
      exact.run(operands, workspace: workspace)
      spoil(operands)
    }
  }

  static let problem = try! ConvolutionProblem(parsing: "n2c5h9w7k6r3p1")
  static let context = ExecutionContext(pool: ThreadPool(count: 1))

  private func outcome(
    _ direction: Direction, budget: Int = Verifier.budget,
    _ spoil: @escaping @Sendable (UnsafeMutablePointer<Float>, Int) -> Void
  ) throws -> Verification {
    let spoiled = Spoiled { spoil($0.result(of: direction), Self.problem.resultCount(direction)) }
    return try Verifier(in: Self.context, budget: budget).verify(
      spoiled, ConvolutionRequest(Self.problem, direction))
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

  /// One byte of the pooling indices of a fused pool, beside pooled values that are right.
  @Test(arguments: [
    (false, "right", true), (true, "unwritten", false), (true, "closed", false), (true, "another", false),
    (false, "closed", true), (false, "another", false),
  ])
  func failsAWrongArgmax(isOpen: Bool, change: String, passes: Bool) throws {
    let spoiled = Spoiled(exact: Winograd()) { operands in
      // A window that the ReLU leaves open, or one that it closes.
      let index = (0..<24).first { (operands.output[$0] > 0) == isOpen }!
      let largest = operands.argmax![index]
      switch change {
      case "unwritten": operands.argmax![index] = 77
      case "closed": operands.argmax![index] = 4
      case "another": operands.argmax![index] = largest < 3 ? largest + 1 : 0
      default: break
      }
    }
    let request = ConvolutionRequest(
      try ConvolutionProblem(parsing: "n2c16h4w6k16r3p1"), .forward,
      epilogue: Epilogue(bias: true, activation: .relu), fusions: .maxPool)
    let outcome = try Verifier(in: Self.context).verify(spoiled, request)
    #expect(outcome.passed == passes, "\(isOpen) \(change): \(outcome)")
  }

  @Test func namesTheProblem() throws {
    let outcome = try outcome(.forward) { values, _ in values[0] = 100 }
    #expect("\(outcome)".contains("spoiled forward \(Self.problem)"))
  }
}
