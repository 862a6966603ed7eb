import Terms
import Testing
import Threads

@testable import Networks

@Suite struct StepTimelineTests {
  /// One dispatch from 1000 to 9000 of a step from 0 to 10000, with one job from 2000 to 7000 on two workers.
  private static func step(_ phases: [Span]) -> RecordedStep {
    let own =
      phases + [
        Span(begin: 2000, end: 6000, operation: 0, kind: .job),
        Span(begin: 6000, end: 7000, operation: 0, kind: .joining),
      ]
    let other = [
      Span(begin: 3000, end: 5000, preempted: 500, operation: 0, kind: .phase(.products)),
      Span(begin: 2500, end: 5500, operation: 0, kind: .job),
    ]
    return RecordedStep(begin: 0, end: 10000, dispatches: [1000..<9000], spans: [own, other])
  }

  private func timeline(_ step: RecordedStep, parts: UInt64 = 4000) -> [[StepTimeline.Slice]] {
    StepTimeline(StepSlices(step, rowOfDispatch: [3], activities: [.pooling]), parts: parts).workers
  }

  private func slice(_ begin: UInt64, _ end: UInt64, _ activity: ThreadActivity, row: Int? = 3) -> StepTimeline.Slice {
    StepTimeline.Slice(begin: begin, end: end, row: row, activity: activity)
  }

  @Test func everyMomentIsExplained() {
    let workers = timeline(Self.step([Span(begin: 2000, end: 5000, operation: 0, kind: .phase(.products))]))
    #expect(
      workers[0] == [
        slice(0, 1000, .other, row: nil), slice(1000, 2000, .phase(.pooling)), slice(2000, 5000, .phase(.products)),
        slice(5000, 6000, .phase(.pooling)), slice(6000, 7000, .waiting), slice(7000, 9000, .phase(.pooling)),
        slice(9000, 10000, .other, row: nil),
      ])
    #expect(
      workers[1] == [
        slice(0, 1000, .idle, row: nil), slice(1000, 2000, .idle), slice(2000, 2500, .starting),
        slice(2500, 3000, .phase(.pooling)), slice(3000, 4500, .phase(.products)), slice(4500, 5000, .preempted),
        slice(5000, 5500, .phase(.pooling)), slice(5500, 7000, .waiting), slice(7000, 9000, .idle),
        slice(9000, 10000, .idle, row: nil),
      ])
  }

  /// A hundred short phases become slices of at least a twentieth of the step, of what takes most of each; nothing is
  /// lost and nothing overlaps.
  @Test func shortSlicesJoinTheirNeighbours() {
    let phases = (0..<100).map { index in
      let begin = UInt64(2000 + index * 40)
      return Span(begin: begin, end: begin + 30, operation: 0, kind: .phase(index < 50 ? .packing : .products))
    }
    let slices = timeline(Self.step(phases), parts: 20)[0]
    #expect(slices.first?.begin == 0 && slices.last?.end == 10000)
    #expect(zip(slices, slices.dropFirst()).allSatisfy { $0.end == $1.begin })
    #expect(slices.allSatisfy { $0.nanoseconds >= 500 } && slices.count < 10)
    #expect(slices.map(\.activity).contains(.phase(.packing)) && slices.map(\.activity).contains(.phase(.products)))
  }

  /// The picture of a real step has the length of the step on every worker.
  @Test(arguments: [Pass.forward, .train])
  func slicesFillARealStep(_ pass: Pass) throws {
    let network = try #require(TinyNetwork.all.first { $0.testDescription == "dropout" })
    let program = try Program.ready(network.layers, pass, batch: network.batch, in: context())
    let rows = ProfileRows(program)
    let recorder = StepRecorder(program)
    try #require(recorder.run())
    let step = recorder.recorded()
    let timeline = rows.timeline(step)
    #expect(timeline.workers.count == step.spans.count)
    for slices in timeline.workers {
      #expect(slices.first?.begin == 0 && slices.last?.end == timeline.duration)
      #expect(zip(slices, slices.dropFirst()).allSatisfy { $0.end == $1.begin })
      #expect(slices.allSatisfy { $0.row.map(rows.rows.indices.contains) ?? true })
    }
  }
}
