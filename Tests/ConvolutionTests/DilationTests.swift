import Foundation
import Tensors
import Terms
import Testing
import Threads

@testable import Convolution

/// Dilated convolutions against those of PyTorch, which `scripts/oracle/convolutions.py` has computed in float64.
@Suite struct DilationTests {
  static let pool = ThreadPool(count: 2)
  static let problems = [
    "n2c3h9w11k5r3s3u1d2p2", "n1c4h12w10k6r3s5u2v1d3e2p3q4", "n2g2c4h9w9k6r5s5u1d2p4", "n1g6c6h11w8k6r3s3u2d3p3",
    "n1c2h7w13k3r2s4u3d4e1p1+3q0+2",
  ]

  private struct Fixture {
    let file: Safetensors
    let problem: ConvolutionProblem
    let text: String

    init(_ text: String) throws {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      file = try Safetensors(path: folder.appendingPathComponent("Fixtures/convolutions/dilated.safetensors").path)
      problem = try ConvolutionProblem(parsing: text)
      self.text = text
    }

    func read(_ name: String, _ count: Int) throws -> FloatBuffer {
      let buffer = try FloatBuffer(count: count)
      try file.copy("\(text)/\(name)", to: buffer.base, count: count)
      return buffer
    }
  }

  @Test(arguments: problems)
  func agreesWithPyTorch(text: String) throws {
    let fixture = try Fixture(text)
    let problem = fixture.problem
    #expect(problem.description == text && problem.isDilated)
    let input = try fixture.read("input", problem.inputCount)
    let filter = try fixture.read("filter", problem.filterCount)
    let gradient = try fixture.read("output_gradient", problem.outputCount)
    for direction in Direction.allCases {
      let name =
        switch direction {
        case .forward: "output"
        case .inputGradient: "input_gradient"
        case .filterGradient: "filter_gradient"
        }
      let expected = try fixture.read(name, problem.resultCount(direction))
      let takers = Backends.all.filter {
        $0.reasonUnsupported(problem, direction) == nil && $0.reasonUnavailable == nil
      }
      #expect(takers.contains { $0.name == "naive" } && !takers.contains { $0.name == "direct" })
      for backend in takers {
        let result = try FloatBuffer(count: problem.resultCount(direction))
        let operands = ConvolutionOperands(
          input: direction == .inputGradient ? result.base : input.base,
          filter: direction == .filterGradient ? result.base : filter.base,
          output: direction == .forward ? result.base : gradient.base)
        _ = execute(backend, ConvolutionRequest(problem, direction), operands, .best, Self.pool)
        let error = RelativeError(
          of: UnsafeBufferPointer(start: result.base, count: result.count), from: expected.buffer)
        #expect(backend.tolerance(problem, direction).admits(error), "\(backend.name) \(text) \(direction): \(error)")
      }
    }
  }

  /// What cannot take them says so, and `auto` finds what can.
  @Test func othersRefuse() throws {
    let problem = try ConvolutionProblem(parsing: "n1c16h14w14k16r3d2p2")
    for direction in Direction.allCases {
      let reason = Direct().reasonUnsupported(problem, direction)
      #expect(reason == "direct reads taps that are neighbours; this layer is dilated.")
      #expect(Winograd().reasonUnsupported(problem, direction)?.contains("this layer is dilated") == true)
      #expect(["im2col", "naive"].contains(Backends.fallback(problem, direction).name))
    }
    let pointwise = try ConvolutionProblem(parsing: "n1c16h14w14k16r1d2")
    #expect(!pointwise.isDilated && Direct().reasonUnsupported(pointwise, .forward) == nil)
  }
}
