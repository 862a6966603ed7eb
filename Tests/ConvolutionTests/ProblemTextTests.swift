import Convolution
import Tensors
import Testing

@Suite struct ProblemTextTests {
  @Test(arguments: Problems.all)
  func parsesWhatItPrints(problem: ConvolutionProblem) throws {
    #expect(try ConvolutionProblem(parsing: problem.description) == problem)
  }

  @Test(arguments: [
    ("n16c64h224w224k64r3p1", "n16c64h224w224k64r3s3u1p1"),
    ("c3h224w224k32r3u2p0+1", "n1c3h224w224k32r3s3u2p0+1"),
    ("g2c96h27w27k256r5p2", "n1g2c96h27w27k256r5s5u1p2"),
    ("c8h9w9k8r3s1p1q0", "n1c8h9w9k8r3s1u1p1q0"), ("c8h9k8r3", "n1c8h9w9k8r3s3u1p0"),
    ("c8h9k8r3d2", "n1c8h9w9k8r3s3u1d2p0"), ("c8h9k8r3d1e2", "n1c8h9w9k8r3s3u1d1e2p0"),
    ("c8h9k8r3e1d2p1", "n1c8h9w9k8r3s3u1d2e1p1"), ("c8h9k8r1s3d2", "n1c8h9w9k8r1s3u1d1e2p0"),
    ("c8h9k8r1d7", "n1c8h9w9k8r1s1u1p0"), ("c8h9k8r3d1", "n1c8h9w9k8r3s3u1p0"),
  ])
  func fillsInWhatIsLeftOut(text: String, full: String) throws {
    #expect(try ConvolutionProblem(parsing: text).description == full)
  }

  @Test(arguments: [
    ("", "'h' is missing"), ("n1c3h8w8k4", "'r' is missing"), ("n1c3h8w8k4r3z2", "no field 'z'"),
    ("n1c3h8w8k4r", "'r' needs a number"), ("n1n2c3h8w8k4r3", "'n' comes twice"), ("c3h8w8k4r9", "larger than"),
    ("g2c3h8w8k4r3", "must divide"), ("n0c3h8w8k4r3", "at least 1"), ("c3h8w8k4r3u1+2", "'u' needs a number"),
    ("c3h8w8k4r3p1+", "'p' needs a number"), ("c99999999999999999999h8w8k4r3", "'c' needs a number"),
    ("c3h8w99999999k4r3", "out of range"), ("c3h-8w8k4r3", "'h' needs a number"),
    ("n16777216c16777216h16777216w16777216k1r1", "too large"), ("c16777216h1w1k16777216r1", "too large"),
    ("n65536c16777216h1w1k8388608r1", "too large"), ("c1h1w1k1r1p16777216", "too large"),
    ("c3h8w8k4r3d4", "larger than"), ("c3h8w8k4r3d0", "at least 1"), ("c3h8w8k4r3d1+2", "'d' needs a number"),
    ("c3h8w8k4r16777216d16777216", "larger than"), ("c3h9999w9999k4r3d1025", "its dilation of 1025 is above the limit"),
  ])
  func refusesWithTheReason(text: String, reason: String) {
    let error = #expect(throws: ProblemSyntaxError.self) { try ConvolutionProblem(parsing: text) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  /// Output sizes as PyTorch states them: floor((size + 2 p - d (k - 1) - 1) / u) + 1.
  @Test func dilationWidensTheWindow() throws {
    let problem = try ConvolutionProblem(parsing: "n2c4h13w10k6r3u2v1d4e3p2q1")
    #expect(problem.window == .init(9, 7) && problem.output == ImageShape(height: 5, width: 6, channels: 6))
    #expect(problem.macs == 2 * 5 * 6 * 6 * 3 * 3 * 4)
  }

  /// TensorFlow's SAME: ceil(size / stride) outputs, the odd pixel at the bottom and right.
  @Test(arguments: [(224, 3, 2, 112, 0, 1), (225, 3, 2, 113, 1, 1), (224, 11, 4, 56, 3, 4), (13, 3, 1, 13, 1, 1)])
  func padsLikeTensorFlow(size: Int, kernel: Int, stride: Int, outputs: Int, before: Int, after: Int) {
    let input = ImageShape(height: size, width: size, channels: 1)
    let (kernel, stride) = (ConvolutionProblem.Extent(kernel), ConvolutionProblem.Extent(stride))
    let padding = ConvolutionProblem.Padding.same(input, window: kernel, stride: stride)
    let problem = ConvolutionProblem(
      batch: 1, input: input, outputChannels: 1, kernel: kernel, stride: stride, padding: padding)
    #expect(problem.output.height == outputs)
    #expect((padding.top, padding.bottom) == (before, after))
  }
}
