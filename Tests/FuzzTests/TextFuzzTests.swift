import Foundation
import Results
import Testing

@testable import Convolution
@testable import Gate

/// Texts of problems, and the lines that the gate's workers are sent.
@Suite(.serialized) struct TextFuzzTests {
  @Test func problems() {
    let corpus = [
      "n16c64h224w224k64r3s3u1p1", "n1c3h227w227k96r11s11u4p0+1q1+0", "n2g4c8h5w7k8r1s3u2v3p0q1", "n1c512h1w1k1000r1",
    ].map { Array($0.utf8) }
    Fuzzing(name: "problem", corpus: corpus).run { bytes in
      let problem = try ConvolutionProblem(parsing: String(decoding: bytes, as: UTF8.self))
      // What is taken can be asked everything, and printed and read back.
      _ = (problem.reasonInvalid, problem.reasonAbsurd)
      #expect(try ConvolutionProblem(parsing: problem.description) == problem)
    }
  }

  @Test func requests() throws {
    let specification = BenchmarkSpecification(subject: "x", pass: .forward, batchSize: 1, threads: 1)
    let requests: [WorkerRequest] = [
      .prepare(specification: specification, verify: true, outputs: true),
      .step(count: 3, size: 2, discard: 4, seconds: 0.001),
    ]
    let lines = try requests.map { [UInt8](try JSONEncoder().encode($0)) }
    // A benchmark that is there would be run.
    let server = WorkerServer { _, _ throws(WorkloadError) in throw .unavailable("There is no such subject.") }
    struct Refusal: Error, CustomStringConvertible { let description: String }
    Fuzzing(name: "request", corpus: lines).run { bytes in
      var (lines, replies) = ([String(decoding: bytes, as: UTF8.self)][...], [String]())
      server.serve(readLine: { lines.popFirst() }, write: { replies.append($0) })
      // One greets, one answers the line.
      #expect(replies.count == 2)
      if replies.last?.contains("no request") == true { throw Refusal(description: "The line is no request.") }
    }
  }
}
