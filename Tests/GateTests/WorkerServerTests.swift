import Foundation
import Results
import Testing

@testable import Gate

/// The worker's side of the protocol, and the comparison of outputs.
@Suite struct WorkerServerTests {
  private final class FakeWorkload: GateWorkload {
    var steps = 0
    let values: [Float]
    init(_ values: [Float]) { self.values = values }
    func step() { steps += 1 }
    func outputs() -> [WorkerOutput] { [WorkerOutput(name: "logits", values: values, tolerance: 0.1)] }
  }

  private let specification = BenchmarkSpecification(subject: "x", pass: .forward, batchSize: 1, threads: 1)

  /// The replies to some lines, with one workload for all of them.
  private func replies(_ lines: [String], values: [Float] = [1, 2], slowdown: Double = 1) throws -> [WorkerReply] {
    var (lines, replies) = (lines[...], [String]())
    let server = WorkerServer(slowdown: slowdown) { specification, _ throws(WorkloadError) in
      if specification.subject == "unknown" { throw .unavailable("no") }
      return FakeWorkload(values)
    }
    server.serve(readLine: { lines.popFirst() }, write: { replies.append($0) })
    return try replies.map { try JSONDecoder().decode(WorkerReply.self, from: Data($0.utf8)) }
  }

  private func line(_ request: WorkerRequest) throws -> String {
    String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
  }

  @Test func answersInOrder() throws {
    var unknown = specification
    unknown.subject = "unknown"
    let replies = try replies([
      line(.step(count: 1, size: 1, discard: 0, seconds: 9)),
      line(.prepare(specification: unknown, verify: true, outputs: true)),
      line(.prepare(specification: specification, verify: true, outputs: true)),
      line(.step(count: 3, size: 2, discard: 4, seconds: 9)), "rubbish",
      line(.prepare(specification: specification, verify: false, outputs: false)),
    ])
    #expect(replies.count == 7 && replies[0] == .hello(version: WorkerReply.version))
    #expect(replies[1] == .failed(reason: "There is no prepared benchmark to take steps of."))
    #expect(replies[2] == .unavailable(reason: "no"))
    #expect(replies[3] == .ready(outputs: [WorkerOutput(name: "logits", values: [1, 2], tolerance: 0.1)]))
    guard case .durations(let seconds) = replies[4] else {
      Issue.record("\(replies[4])")
      return
    }
    #expect(seconds.count == 3)
    #expect(replies[5] == .failed(reason: "'rubbish' is no request."))
    #expect(replies[6] == .ready(outputs: []))
  }

  @Test func valuesThatAreNotFiniteAreAFailure() throws {
    let replies = try replies(
      [line(.prepare(specification: specification, verify: true, outputs: true))], values: [1, .nan])
    #expect(replies.last == .failed(reason: "logits holds values that are not finite numbers."))
  }

  @Test func outputsAgreeWithinTheirTolerance() {
    func output(_ values: [Float], _ name: String = "logits") -> [WorkerOutput] {
      [WorkerOutput(name: name, values: values, tolerance: 0.01)]
    }
    #expect(Agreement.disagreement(base: output([1, 2]), head: output([1, 2])) == nil)
    #expect(Agreement.disagreement(base: output([1, 2]), head: output([1, 2.01])) == nil)
    #expect(Agreement.disagreement(base: output([1, 2]), head: output([1, 2.1]))?.contains("differs") == true)
    #expect(Agreement.disagreement(base: output([1, 2]), head: output([1, 2, 3]))?.contains("3 values") == true)
    #expect(Agreement.disagreement(base: output([1, 2]), head: output([1, 2], "y"))?.contains("head y") == true)
    #expect(Agreement.disagreement(base: output([1, 2]), head: output([.nan, 2])) != nil)
    #expect(Agreement.disagreement(base: output([1, 2]), head: []) != nil)
    // One gradient cancels to rounding errors, the others are large.
    let tiny = { (value: Float) in output([1000, 1000]) + output([value], "tiny") }
    #expect(Agreement.disagreement(base: tiny(1e-9), head: tiny(-1e-9)) == nil)
    #expect(Agreement.disagreement(base: tiny(1), head: tiny(1.1)) != nil)
  }
}
