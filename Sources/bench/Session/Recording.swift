import Convolution
import Measurement
import Results
import Terms

/// A session that leaves records in a result file: `bench run` and `bench backends`.
final class Recording {
  let session: Session
  private(set) var records: [Record] = []
  private var draft: ResultDraft

  init(_ console: Console, model: String, output: String?) {
    session = Session(console)
    draft = ResultDraft(model: model, output: output)
  }

  /// Measures one pass after the other and writes the result after each: a run that is killed in its second pass keeps
  /// the first. It ends like `conclude`.
  /// - Parameters:
  ///   - measure: returns the records of a pass
  ///   - show: prints the result, which is in its file by then: the summary may have nobody to read it
  /// - Returns: the exit code.
  func measure(
    _ passes: [Pass], _ measure: (Pass) throws -> [Record], show: (ResultFile) throws -> Void
  ) throws -> Int32 {
    let failure = session.untilFailure(passes) { pass in
      // A pass that was interrupted before its first step leaves nothing to keep.
      let measured = try measure(pass).filter { !$0.durations.isEmpty || !$0.burnInDurations.isEmpty }
      records += measured
      if !records.isEmpty { draft.keep(file) }
    }
    return try conclude(failure, show: show)
  }

  /// Writes the result, shows it, says where it is, then throws what ended the measurement before its time; of two
  /// failures both are told.
  func conclude(_ failure: (any Error)?, show: (ResultFile) throws -> Void) throws -> Int32 {
    guard !records.isEmpty else {
      if let failure { throw failure }
      if session.interruption.isRequested {
        session.console.note("The run was interrupted before its first step; there is no result.")
        return ExitStatus.failure
      }
      return 0
    }
    let whole = file
    let saved = Result { try draft.finish(whole, session.console) }
    try show(whole)
    if case .failure = saved, let failure { session.console.note("Error: \(failure)") }
    session.console.note("The result is in \(try saved.get()).")
    if let failure { throw failure }
    return session.end()
  }

  private var file: ResultFile { ResultFile(context: session.circumstancesNow, records: records) }
}
