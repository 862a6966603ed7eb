import Measurement
import Networks
import Results
import Threads

/// A program whose steps are recorded. What was recorded is copied and added up between the rounds.
final class ProfileWorkload: Workload, Observer {
  let recorder: StepRecorder
  private let rows: ProfileRows
  private var isTiming = false
  private var (before, latest) = (StepCost(), StepCost())
  private var isWhole = false
  /// Where the time of each timed step went; nil where its spans had no room.
  private(set) var times: [StepTimes?] = []
  /// What the timed steps took from the allocator and the kernel.
  private var total: StepCost?
  /// The last steps as they were recorded, for a trace, with their numbers from 1.
  private(set) var steps: [(number: Int, step: RecordedStep)] = []
  private let keptSpans: Int
  /// In `steps`.
  private var spanCount = 0

  /// - Parameter keptSpans: so many spans at most are kept as they were recorded, or those of one step; 0 for none
  init(_ program: Program, _ rows: ProfileRows, keepingSpans keptSpans: Int = 0) {
    recorder = StepRecorder(program)
    self.rows = rows
    self.keptSpans = keptSpans
  }

  /// What the timed steps took, and which layers did, found by one more step; nil before the first one.
  var cost: ProfileCost? {
    total.map { ProfileCost(total: $0, layers: $0.isWasteful ? recorder.wastefulRows(rows) : []) }
  }

  func step() { isWhole = recorder.run() }

  // Reading these counters takes a system call, which a short step would feel.
  func stepBegins() { before = StepCost.capture() }
  func stepEnded() { latest = StepCost.capture().since(before) }

  func warmUp() { recorder.program.run() }

  func timingBegins() { isTiming = true }

  func finished(step: Int, duration: Double) {
    guard isTiming else { return }
    total = total.map { $0 + latest } ?? latest
    let step = isWhole ? recorder.recorded() : nil
    times.append(step.map { rows.times($0) })
    guard let step, keptSpans > 0 else { return }
    steps.append((times.count, step))
    spanCount += step.spanCount
    while spanCount > keptSpans, steps.count > 1 { spanCount -= steps.removeFirst().step.spanCount }
  }
}

extension StepRecorder {
  /// Runs one more step and returns the rows that allocate or fault in pages.
  func wastefulRows(_ rows: ProfileRows) -> [ProfileCost.Layer] {
    var costs = [StepCost?](repeating: nil, count: rows.rows.count)
    var before = StepCost.capture()
    _ = program.runRecorded { _ in
      before = StepCost.capture()
      return monotonicNanoseconds()
    } ended: { dispatch in
      let cost = StepCost.capture().since(before)
      let row = rows.rowOfDispatch[dispatch]
      if cost.isWasteful { costs[row] = costs[row].map { $0 + cost } ?? cost }
      return monotonicNanoseconds()
    }
    return zip(rows.rows, costs).compactMap { row, cost in
      cost.map { ProfileCost.Layer(name: row.layer, direction: row.phase, cost: $0) }
    }
  }
}

/// A program as it runs where nothing is recorded.
final class PlainWorkload: Workload {
  private let program: Program

  init(_ program: Program) { self.program = program }

  func step() { program.run() }
  func warmUp() { program.run() }
}
