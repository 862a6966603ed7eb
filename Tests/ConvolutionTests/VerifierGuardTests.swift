import Tensors
import Terms
import Testing
import Threads

@testable import Convolution

/// What a plan does beside its result: accesses outside its tensors, writes to what it reads, values it leaves out.
@Suite struct VerifierGuardTests {
  static let problem = try! ConvolutionProblem(parsing: "n2c5h9w7k6r3p1")
  static let context = ExecutionContext(pool: ThreadPool(count: 2))

  private func outcome(
    _ direction: Direction = .forward, problem: ConvolutionProblem = Self.problem, epilogue: Epilogue = .none,
    budget: Int = Verifier.budget, _ spoil: @escaping @Sendable (ConvolutionOperands) -> Void
  ) throws -> Verification {
    try Verifier(in: Self.context, budget: budget).verify(
      VerifierTests.Spoiled(spoil: spoil), ConvolutionRequest(problem, direction, epilogue: epilogue))
  }

  @Test(arguments: [
    (-1, "it writes outside its output, 1 float before the first"),
    (-5000, "it writes outside its output, 5000 floats before the first"),
    (756, "it writes outside its output, 1 float behind the last"),
    (756 + 2000, "it writes outside its output, 2001 floats behind the last"),
  ])
  func writesOutsideTheOutputAreFound(offset: Int, sentence: String) throws {
    let outcome = try outcome { $0.output[offset] = 1 }
    #expect(!outcome.passed)
    #expect("\(outcome)".contains(sentence), "\(outcome)")
  }

  /// One float outside, in every direction.
  @Test(arguments: Direction.allCases, [-1, 0])
  func writesBesideEveryResultAreFound(direction: Direction, end: Int) throws {
    let count = Self.problem.resultCount(direction)
    let outcome = try outcome(direction) { $0.result(of: direction)[end < 0 ? -1 : count] = 0 }
    #expect(!outcome.passed, "\(outcome)")
  }

  /// A read of the closed page, whose value is not even used.
  @Test func readsFarBehindTheInputAreFound() throws {
    let outcome = try outcome {
      let value = UnsafeMutableRawPointer($0.input + 5000).load(as: Int32.self)
      if value == 12345 { $0.output[0] = 0 }
    }
    #expect(!outcome.passed)
    #expect("\(outcome)".contains("it reads outside its input"), "\(outcome)")
  }

  @Test func overwrittenOperandsAreNamed() throws {
    let input = try outcome { $0.input[17] = 0.25 }
    #expect(!input.passed && "\(input)".contains("it overwrites its input, element 17"), "\(input)")
    let filter = try outcome { $0.filter[3] += 1 }
    #expect(!filter.passed && "\(filter)".contains("it overwrites its filter, element 3"), "\(filter)")
    let gradient = try outcome(.filterGradient) { $0.output[1] = 0 }
    #expect(!gradient.passed && "\(gradient)".contains("overwrites its output gradient, element 1"), "\(gradient)")
  }

  /// Even the same value is written back in vain: another thread may read it meanwhile.
  @Test func overwritingWithTheSameValueIsFound() throws {
    #expect(try !outcome { $0.input[0] = $0.input[0] }.passed)
  }

  @Test func theWorkspaceHasGuardsToo() throws {
    final class Careless: ConvolutionPlan {
      let exact: any ConvolutionPlan
      let algorithm = "careless"
      let workspaceBytes = 100
      init(_ exact: any ConvolutionPlan) { self.exact = exact }
      func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
        exact.run(operands, workspace: workspace)
        workspace.storeBytes(of: 1, toByteOffset: 100, as: Float.self)
      }
    }
    struct Backend: ConvolutionBackend {
      let name = "careless"
      let summary = ""
      func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? { nil }
      func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance { .direct(problem, direction) }
      func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
        Careless(Naive().plan(request, in: context))
      }
    }
    let outcome = try Verifier(in: Self.context).verify(Backend(), ConvolutionRequest(Self.problem, .forward))
    #expect(!outcome.passed)
    #expect("\(outcome)".contains("it writes outside its workspace, 1 float behind the last"), "\(outcome)")
  }

  // MARK: Values

  /// One value of 200 704, as many as a middle layer of vgg16 has.
  @Test func oneWrongValueOfAMiddleLayerIsFound() throws {
    let problem = try ConvolutionProblem(parsing: "n1c16h56w56k64r3p1")
    let outcome = try outcome(problem: problem) { $0.output[(31 * 56 + 17) * 64 + 5] += 0.01 }
    #expect(!outcome.passed && outcome.compared == outcome.total)
    #expect("\(outcome)".contains("1 are wrong; the worst at n 0, y 31, x 17, channel 5: expected "), "\(outcome)")
  }

  /// Where only a sample is compared, a wrong row, column or channel has no place to hide.
  @Test(arguments: 0..<3) func aSampleHitsEveryRowColumnAndChannel(axis: Int) throws {
    let (height, width, channels) = (40, 30, 6)
    let problem = try ConvolutionProblem(parsing: "n1c5h40w30k6r3p1")
    for wrong in 0..<[height, width, channels][axis] {
      let outcome = try outcome(problem: problem, budget: 1) { operands in
        for index in 0..<height * width * channels {
          let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
          if [pixel / width, pixel % width, channel][axis] == wrong { operands.output[index] += 0.01 }
        }
      }
      #expect(outcome.compared < outcome.total / 10)
      #expect(!outcome.passed, "\(["row", "column", "channel"][axis]) \(wrong)")
    }
  }

  @Test func unwrittenAndBorderValuesAreCounted() throws {
    let unwritten = try outcome { $0.output[0] = ResultTally.poison }
    #expect(
      "\(unwritten)".contains("1 are not written; 1 of them at the border of the image; the worst at n 0, y 0, x 0"))
    #expect("\(unwritten)".contains("got nothing"), "\(unwritten)")
    let undefined = try outcome { $0.output[5] = .nan }
    #expect("\(undefined)".contains("1 are NaN"), "\(undefined)")
  }

  /// A plan that forgets its epilogue.
  @Test func epiloguesAreCompared() throws {
    let epilogue = Epilogue(bias: true, residual: true)
    let outcome = try outcome(epilogue: epilogue) { $0.output[0] -= $0.residual![0] }
    #expect(!outcome.passed)
    #expect("\(outcome)".contains("\(Self.problem) + bias + residual: of 756 values"), "\(outcome)")
  }

  /// The fast reference of a line is that of its elements.
  @Test(arguments: Direction.allCases) func linesAreTheElements(direction: Direction) throws {
    for problem in Problems.all where problem.resultCount(direction) < 4000 {
      let request = ConvolutionRequest(problem, direction)
      let tensors = try VerificationTensors(request, seed: 3)
      let reference = Reference(problem: problem, operands: tensors.operands)
      let channels = tensors.layout.channels
      var line = [Double](repeating: 0, count: channels)
      for number in 0..<tensors.layout.lines {
        reference.line(number, of: direction, epilogue: .none, into: &line)
        for channel in 0..<channels {
          let expected = reference.element(number * channels + channel, of: direction, epilogue: .none)
          #expect(abs(line[channel] - expected) < 1e-11, "\(problem) \(direction) \(number) \(channel)")
        }
      }
    }
  }
}
