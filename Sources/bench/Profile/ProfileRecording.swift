import Measurement
import Results

/// The records of a profiling session, which are written after each pass: a run that is killed in its second pass keeps
/// the first.
final class ProfileRecording {
  let session: Session
  private var records: [ProfileRecord] = []
  private let frequency: Double?
  private var draft: ResultDraft

  init(_ console: Console, model: String, output: String?) {
    session = Session(console)
    StepCost.countAllocations()
    frequency = ClockFrequency.measure()
    draft = ResultDraft(model: model, output: output, directory: ResultStore.profileDirectory)
  }

  func add(_ record: ProfileRecord) {
    records.append(record)
    draft.keep(file)
  }

  /// Writes the profile, shows it, says where it is, then throws what ended the session before its time.
  /// - Returns: the exit code.
  func conclude(_ failure: (any Error)?, show: (ProfileFile) throws -> Void) throws -> Int32 {
    guard !records.isEmpty else {
      if let failure { throw failure }
      session.console.note("The profile was interrupted before its first step; there is no result.")
      return ExitStatus.failure
    }
    let whole = file
    let saved = Result { try draft.finish(whole, session.console) }
    try show(whole)
    if case .failure = saved, let failure { session.console.note("Error: \(failure)") }
    session.console.note("The profile is in \(try saved.get()).")
    if let failure { throw failure }
    return session.end()
  }

  private var file: ProfileFile {
    var context = session.circumstancesNow
    if let frequency, let now = ClockFrequency.measure() {
      context.clockFrequencies = ClockFrequencies(before: frequency, after: now)
    }
    return ProfileFile(context: context, records: records)
  }
}
