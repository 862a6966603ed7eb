import Measurement
import Networks

/// A program whose steps are recorded. What was recorded is copied and added up between the rounds.
final class ProfileWorkload: Workload, Observer {
  private let recorder: StepRecorder
  private let rows: ProfileRows
  private var isTiming = false
  private var last: (() -> RecordedStep)?
  /// Where the time of each timed step went; nil where its spans had no room.
  private(set) var times: [StepTimes?] = []
  /// The last steps as they were recorded, for a trace.
  private(set) var steps: [RecordedStep] = []
  private let kept: Int

  /// - Parameter kept: how many steps to keep as they were recorded
  init(_ program: Program, _ rows: ProfileRows, keeping kept: Int = 0) {
    recorder = StepRecorder(program)
    self.rows = rows
    self.kept = kept
  }

  func step() { last = recorder.run() }

  func warmUp() { recorder.program.run() }

  func timingBegins() { isTiming = true }

  func finished(step: Int, duration: Double) {
    guard isTiming else { return }
    let step = last?()
    times.append(step.map { rows.times($0) })
    guard let step, kept > 0 else { return }
    if steps.count == kept { steps.removeFirst() }
    steps.append(step)
  }
}

/// A program as it runs where nothing is recorded.
final class PlainWorkload: Workload {
  private let program: Program

  init(_ program: Program) { self.program = program }

  func step() { program.run() }
  func warmUp() { program.run() }
}
