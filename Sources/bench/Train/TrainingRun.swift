import Foundation
import Measurement
import Results
import Training

/// The steps of a training, with their lines, checkpoints and record.
final class TrainingRun {
  private let trainer: Trainer
  private let folder: CheckpointFolder
  private let options: TrainOptions
  private let session: Session
  private let clock = MonotonicClock()
  private(set) var record: TrainingRecord

  init(
    _ trainer: Trainer, _ folder: CheckpointFolder, _ options: TrainOptions, _ session: Session,
    _ record: TrainingRecord
  ) {
    self.trainer = trainer
    self.folder = folder
    self.options = options
    self.session = session
    self.record = record
  }

  /// Trains up to the steps that were asked for, or to an interruption. A checkpoint is written in either case.
  ///
  /// - Parameters:
  ///   - name: of the set
  ///   - print: is given the tutorial's lines
  func run(set name: String, print: (String) -> Void) throws {
    try fill(set: name, print)
    let lines = TutorialLines(batch: trainer.program.batch, clock: clock)
    let first = trainer.step
    lines.begin()
    while trainer.step < options.work.steps, !session.interruption.isRequested {
      let step: Trainer.Step
      do { step = try trainer.run() } catch { throw Failure.failed("\(error)") }
      add(step)
      if let line = lines.line(step: step.number, isFirst: step.number == first, loss: step.loss) { print(line) }
      if trainer.step.isMultiple(of: options.checkpoints.checkpointEvery) {
        let start = clock.nanoseconds
        try save()
        lines.leaveOut(clock.nanoseconds - start)
      }
    }
    if trainer.step > first, record.checkpoint != folder.file(step: trainer.step) { try save() }
    try session.plugins.checkJournals()
  }

  private func fill(set name: String, _ print: (String) -> Void) throws {
    print(TutorialLines.filling(trainer.queue.capacity, of: name))
    let (start, capacity) = (clock.nanoseconds, trainer.queue.capacity)
    var told = 0.0
    do {
      try trainer.queue.fill { filled in
        let elapsed = clock.seconds(since: start)
        if elapsed - told > 10 {
          told = elapsed
          session.console.note("The queue has \(filled) of \(capacity) images.")
        }
        return !session.interruption.isRequested
      }
    } catch { throw Failure.failed("\(error)") }
    record.fillTime = clock.seconds(since: start)
    // What the readers did until here belongs to no step.
    _ = trainer.queue.takeTimes()
  }

  private func add(_ step: Trainer.Step) {
    func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }
    session.interruption.saw(step: seconds(step.duration))
    record.losses.append(step.loss)
    record.crossEntropies.append(step.crossEntropy)
    record.durations.append(seconds(step.duration))
    record.waits.append(seconds(step.waited))
    record.readerWork.append(seconds(step.readersWorked))
    record.lossAverage = trainer.lossAverage
  }

  private func save() throws {
    do {
      let (path, time) = try timed { try folder.save(trainer.checkpoint, keep: options.checkpoints.keep) }
      record.checkpoint = path
      record.checkpointTimes.append(time)
    } catch { throw Failure.failed("\(error)") }
  }
}
