import Convolution
import Foundation
import Networks
import Terms
import TestSupport
import Testing
import Threads

@testable import bench

/// `bench profile MODEL --trace FILE`.
@Suite(.serialized) struct ProfileTraceTests {
  private static let small = ["--image-size", "32", "--batch-size", "2", "--num-batches", "4", "--no-verify"]

  private static func program(_ pass: Pass) throws -> Program {
    let layers = try #require(Zoo.named("mobilenetv2")).layers(imageSize: 32)
    return try Program(
      layers, pass: pass, batch: 2, choice: BackendChoice(), in: ExecutionContext(pool: ThreadPool(count: 2)))
  }

  /// Dispatches of 100 ns each.
  private static func dispatches(_ count: Int, from begin: UInt64) -> [Range<UInt64>] {
    (0..<UInt64(count)).map { number in
      let first: UInt64 = begin + 100 * number
      return first..<first + 100
    }
  }

  /// The slices of the tracks of a process, by worker.
  private func workers(_ file: TraceFile, process: Int = 1) -> [[TraceFile.Slice]] {
    file.slices.filter { $0.key.process == process }.sorted { $0.key.number < $1.key.number }.map(\.value)
  }

  @Test func aProfileLeavesASoundTrace() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/trace.json"
      let arguments = ["profile", "mobilenetv2", "--pass", "forward", "--pass", "forward-backward", "--threads", "2"]
      let outcome = Outcome(
        arguments + Self.small + ["--output", "\(directory)/profile.json", "--trace", path, "--format", "json"])
      #expect(outcome.status == 0, "\(outcome.err)")
      let sentence =
        "The trace \(path) has 4 of 4 steps of mobilenetv2 forward and 4 of 4 steps of mobilenetv2 forward-backward, "
      #expect(outcome.err.contains(sentence), "\(outcome.err)")
      let file = try TraceFile(try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(file.faults.isEmpty, "\(file.faults.prefix(3))")
      #expect(
        file.processNames == [
          1: "mobilenetv2 forward, batch 2, 2 threads", 2: "mobilenetv2 forward-backward, batch 2, 2 threads",
        ])
      #expect(Set(file.trackNames.values) == ["worker 0 (caller)", "worker 1"] && file.trackNames.count == 4)
      for process in [1, 2] {
        let tracks = workers(file, process: process)
        #expect(tracks[0].filter { $0.category == "step" }.map(\.name) == (1...4).map { "step \($0)" })
        #expect(tracks[0][0].begin == 0)
        let operation = try #require(tracks[0].first { $0.category == "operation" && $0.texts["problem"] != nil })
        #expect(operation.texts["layer"] != nil && operation.texts["plan"]?.contains(" · ") == true)
        let names = Set(tracks[0].filter { $0.category == "operation" }.map(\.name))
        #expect(Set(tracks[1].filter { $0.category == "job" }.map(\.name)).isSubset(of: names))
        let live = try #require(file.counters["\(process) live tensors"]?.map(\.value))
        #expect(live.max()! > 0 && live.last == 0)
        #expect(file.counters["\(process) persistent tensors"]?.count == 4)
      }
    }
  }

  @Test(arguments: Pass.allCases) func everySpanAppears(pass: Pass) throws {
    let program = try Self.program(pass)
    _ = try program.makeReady(seed: 1)
    let (rows, recorder) = (ProfileRows(program), StepRecorder(program))
    // The first step may have had no room for its spans.
    _ = recorder.run()
    #expect(recorder.run())
    let step = recorder.recorded()
    let trace = PassTrace(program, rows, [(1, step)], of: 1, label: "m")
    let (data, counts) = try ProfileTrace(path: "", passes: [trace]).encoded()
    let file = try TraceFile(data)
    #expect(file.faults.isEmpty && counts == [1])
    for (worker, slices) in workers(file).enumerated() {
      // Nothing is cut: the clock is the same everywhere.
      let spans = step.spans[worker].filter { $0.begin < $0.end }
      let written = slices.filter { $0.category != "step" && $0.category != "operation" }
      let expected = spans.map { [Int($0.begin - step.begin), Int($0.end - step.begin)] }
      #expect(Set(written.map { [$0.begin, $0.end] }) == Set(expected) && written.count == spans.count)
    }
    let operations = workers(file)[0].filter { $0.category == "operation" }
    #expect(operations.count == program.schedule.dispatches.count)
    let times = rows.times(step)
    for (row, time) in zip(rows.rows, times.rows) {
      let own = operations.filter { $0.texts["layer"] == row.layer && $0.texts["direction"] == row.phase.description }
      #expect(Double(own.reduce(0) { $0 + $1.end - $1.begin }) == time.duration, "\(row.layer) \(row.phase)")
    }
  }

  /// No plan needs more than the memory plan has.
  @Test(arguments: Pass.allCases) func liveTensorsFitThePlan(pass: Pass) throws {
    let program = try Self.program(pass)
    let live = program.liveBytes
    #expect(live.count == program.schedule.dispatches.count)
    #expect(live.max()! <= program.memory.transientBytes && live.max()! > program.memory.transientBytes / 2)
  }

  @Test func spansThatDoNotFitEachOtherAreCut() throws {
    let program = try Self.program(.forward)
    let count = program.schedule.dispatches.count
    let dispatches = Self.dispatches(count, from: 1000)
    let spans: [[Span]] = [
      [
        Span(begin: 1010, end: 1040, preempted: 7, operation: 0, kind: .phase(.products)),
        Span(begin: 1045, end: 1060, operation: 0, kind: .preempted),
        Span(begin: 1060, end: 1070, operation: 0, kind: .waiting),
        Span(begin: 1005, end: 1080, operation: 0, kind: .job),
        // It ends after the operation.
        Span(begin: 1080, end: 1103, operation: 0, kind: .joining),
        // An empty job, and one without a duration.
        Span(begin: 1120, end: 1130, operation: 1, kind: .job),
        Span(begin: 1130, end: 1130, operation: 1, kind: .joining),
      ],
      // The job of the second operation begins before that of the first ends.
      [
        Span(begin: 1020, end: 1090, operation: 0, kind: .phase(.products)),
        Span(begin: 1018, end: 1089, operation: 0, kind: .job),
        Span(begin: 1085, end: 1140, operation: 1, kind: .job),
      ],
    ]
    let step = RecordedStep(begin: 1000, end: UInt64(1100 + 100 * count), dispatches: dispatches, spans: spans)
    let trace = PassTrace(program, ProfileRows(program), [(3, step)], of: 5, label: "m")
    let file = try TraceFile(try ProfileTrace(path: "", passes: [trace]).encoded().file)
    #expect(file.faults.isEmpty, "\(file.faults)")
    let tracks = workers(file)
    let first = tracks[0].filter { $0.begin < 100 && $0.category != "step" }.dropFirst()
    #expect(first.map(\.name) == ["job", "products", "preempted", "waiting at a barrier", "waiting for the others"])
    #expect(first.map { [$0.begin, $0.end] } == [[5, 80], [10, 40], [45, 60], [60, 70], [80, 100]])
    #expect(tracks[0].first { $0.name == "products" }?.numbers == ["preempted_us": 0.007])
    #expect(
      tracks[0].first?.name == "step 3" && tracks[1].map { [$0.begin, $0.end] } == [[18, 89], [20, 89], [89, 140]])
  }

  @Test func aTraceHasAsManyWholeStepsAsThereIsRoomFor() throws {
    let program = try Self.program(.forward)
    let count = program.schedule.dispatches.count
    let steps: [PassTrace.NumberedStep] = (0..<30).map { number in
      let begin = UInt64(1_000_000 * (number + 1))
      let dispatches = Self.dispatches(count, from: begin)
      let spans = (0..<20_000).map { (index: UInt64) -> Span in
        let first: UInt64 = begin + 10 * index
        return Span(begin: first, end: first + 5, operation: 0, kind: .phase(.products))
      }
      return (number + 1, RecordedStep(begin: begin, end: begin + 900_000, dispatches: dispatches, spans: [[], spans]))
    }
    let rows = ProfileRows(program)
    var trace = ProfileTrace(path: "", passes: [PassTrace(program, rows, steps, of: 30, label: "m forward")])
    let (data, counts) = try trace.encoded()
    #expect(data.count <= 20_000_000 && data.count > 17_000_000 && counts[0] > 5 && counts[0] < 30)
    let tracks = workers(try TraceFile(data))
    #expect(tracks[0].count { $0.category == "step" } == counts[0] && tracks[1].count == 20_000 * counts[0])

    trace.byteLimit = 1_000_000
    let refusal = "The trace was not written: a step of m forward has 20000 spans, too many for 1 MB; use a smaller"
    #expect(throws: Failure.self) { try trace.encoded() }
    var said = ""
    #expect(!trace.write(on: Console(out: { _ in }, err: { said += $0 })))
    #expect(said.hasPrefix("Error: \(refusal)") && said.hasSuffix("or a single --pass.\n"), "\(said)")
    // Two passes share the room, and each has a step.
    trace.passes.append(trace.passes[0])
    trace.byteLimit = 5_500_000
    #expect(try trace.encoded().steps == [2, 1])
  }

  @Test func aFullDiskLosesOnlyTheTrace() throws {
    try withDirectory { (directory: String) throws in
      let arguments = ["profile", "mobilenetv2", "--pass", "forward", "--output", "\(directory)/profile.json"]
      let outcome = Outcome(arguments + Self.small + ["--trace", "/dev/full"])
      #expect(outcome.status == 1 && outcome.err.contains("Error: The disk is full: /dev/full was not written"))
      #expect(outcome.err.hasSuffix("The result is in \(directory)/profile.json.\n"), "\(outcome.err)")
      #expect(FileManager.default.fileExists(atPath: "\(directory)/profile.json"))
    }
  }

  @Test func wrongPathsAreRefused() {
    expectRefusal(
      ["profile", "vgg16", "--trace", "/nowhere/x.json"], status: 1, saying: "Cannot write /nowhere/x.json")
    expectRefusal(
      ["profile", "vgg16", "--trace", "x.json", "--output", "x.json"], status: 64,
      saying: "--trace and --output name the same file, x.json; give each its own.")
  }

  /// Only so many spans are kept, and always those of the last step.
  @Test func memoryIsBounded() throws {
    let program = try Self.program(.forward)
    _ = try program.makeReady(seed: 1)
    let rows = ProfileRows(program)
    for (limit, kept) in [(0, 0), (1, 1), (1_000_000, 5)] {
      let workload = ProfileWorkload(program, rows, keepingSpans: limit)
      workload.timingBegins()
      for number in 0..<5 {
        workload.step()
        workload.finished(step: number, duration: 1)
      }
      #expect(workload.steps.count == kept && workload.steps.last.map(\.number) == (kept == 0 ? nil : 5))
    }
  }
}
