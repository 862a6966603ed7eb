import Analysis
import Networks
import Results
import Terms
import Threads

/// The recorded steps of a pass, and what a trace shows of them.
struct PassTrace {
  typealias NumberedStep = (number: Int, step: RecordedStep)

  /// The model and the pass.
  let label: String
  /// The steps that were kept, of `stepCount`.
  let steps: [NumberedStep]
  let stepCount: Int
  let process: TraceProcess
  /// The label of each dispatch on the track of worker 0, and on those of the others.
  private let (operations, jobs): ([TraceLabel], [TraceLabel])
  private let liveBytes: [Int]
  private let persistentBytes: Int

  /// - Parameter cost: of the steps; operations that allocate or fault in pages say so
  init(
    _ program: Program, _ rows: ProfileRows, _ steps: [NumberedStep], of stepCount: Int, label: String,
    cost: ProfileCost? = nil
  ) {
    self.label = label
    self.steps = steps
    self.stepCount = stepCount
    let workers = program.context.pool.count
    process = TraceProcess(
      name: "\(label), batch \(program.batch), \(workers) \(workers == 1 ? "thread" : "threads")",
      tracks: (0..<workers).map { $0 == 0 ? "worker 0 (caller)" : "worker \($0)" },
      origin: steps.first?.step.begin ?? 0)
    operations = zip(program.schedule.dispatches, rows.rowOfDispatch).map { dispatch, row in
      let isWhole = dispatch.images.count == program.batch
      let wasted = cost?.layers.first { $0.name == rows.rows[row].layer && $0.direction == rows.rows[row].phase }
      return rows.rows[row].label(images: isWhole ? nil : dispatch.images, wasted: wasted?.cost)
    }
    jobs = rows.rowOfDispatch.map { TraceLabel(rows.rows[$0].title, category: "job") }
    liveBytes = program.liveBytes
    persistentBytes = program.memory.persistentBytes
  }

  /// What a trace shows of one of the steps.
  func shown(_ numbered: NumberedStep) -> TraceStep {
    let step = numbered.step
    var tracks = step.spans.enumerated().map { worker, spans in spans.map { slice($0, of: worker) } }
    tracks[0].append(
      TraceSlice(step.begin, step.end, depth: 0, TraceLabel("step \(numbered.number)", category: "step")))
    for (time, operation) in zip(step.dispatches, operations) {
      tracks[0].append(TraceSlice(time.lowerBound, time.upperBound, depth: 1, operation))
    }
    return TraceStep(tracks: tracks, counters: memory(step))
  }

  private func slice(_ span: Span, of worker: Int) -> TraceSlice {
    let (label, depth) =
      switch span.kind {
      case .job: (worker == 0 ? Self.job : jobs[Int(span.operation)], 2)
      case .joining: (Self.joining, 2)
      case .waiting: (Self.waiting, 3)
      case .preempted: (Self.preempted, 3)
      case .phase(let phase): (span.preempted > 0 ? Self.label(phase, span.preempted) : Self.phases[phase]!, 3)
      }
    return TraceSlice(span.begin, span.end, depth: depth, label)
  }

  /// The tensors in use, wherever their bytes change. Between steps only the persistent ones have content.
  private func memory(_ step: RecordedStep) -> [TraceCounter] {
    var counters = [TraceCounter(at: step.begin, Self.persistent, bytes: persistentBytes)]
    var before = 0
    for (time, bytes) in zip(step.dispatches, liveBytes) where bytes != before {
      counters.append(TraceCounter(at: time.lowerBound, Self.live, bytes: bytes))
      before = bytes
    }
    return counters + [TraceCounter(at: step.end, Self.live, bytes: 0)]
  }

  private static let job = TraceLabel("job", category: "job")
  private static let joining = TraceLabel("waiting for the others", category: "wait")
  private static let waiting = TraceLabel("waiting at a barrier", category: "wait")
  private static let preempted = TraceLabel("preempted", category: "preempted")
  private static let live = TraceLabel("live tensors", category: "memory")
  private static let persistent = TraceLabel("persistent tensors", category: "memory")
  private static let phases = Dictionary(uniqueKeysWithValues: KernelPhase.allCases.map { ($0, label($0)) })

  private static func label(_ phase: KernelPhase, _ preempted: UInt32 = 0) -> TraceLabel {
    let arguments: [String: TraceLabel.Argument] =
      preempted > 0 ? ["preempted_us": .number(Double(preempted) / 1000)] : [:]
    return TraceLabel(phase.description, category: "phase", arguments: arguments)
  }
}

extension ProfileRows.Row {
  /// The name of its operations.
  fileprivate var title: String { "\(layer) \(phase)" }

  /// - Parameters:
  ///   - images: those of a micro-batch
  ///   - wasted: allocations and page faults of the row in a step
  fileprivate func label(images: Range<Int>?, wasted: StepCost?) -> TraceLabel {
    var arguments: [String: TraceLabel.Argument] = ["layer": .text(layer), "direction": .text(phase.description)]
    if !kind.isEmpty { arguments["kind"] = .text(kind) }
    if let plan = assignments.first {
      arguments["plan"] = .text("\(plan.backend) · \(plan.algorithm)")
      arguments["problem"] = .text(chain?.description ?? plan.problem.description)
    }
    if let images { arguments["images"] = .text("\(images.lowerBound) to \(images.upperBound - 1)") }
    if let wasted {
      arguments["allocations_a_step"] = .number(Double(wasted.allocations ?? 0))
      arguments["page_faults_a_step"] = .number(Double(wasted.pageFaults))
    }
    return TraceLabel(title, category: "operation", arguments: arguments)
  }
}
