import Convolution
import Measurement
import Results
import Terms

/// A file of records that a session leaves.
protocol RecordFile: StoredFile {
  associatedtype Item
  /// Where a file goes that nobody has named.
  static var directory: String { get }
  init(context: Context, records: [Item])
}

extension ResultFile: RecordFile {
  static var directory: String { ResultStore.defaultDirectory }
}

extension ProfileFile: RecordFile {
  static var directory: String { ResultStore.profileDirectory }
}

extension TrainingFile: RecordFile {
  static var directory: String { ResultStore.trainingDirectory }
}

/// A session that leaves records in a file: `bench run`, `bench backends`, `bench profile` and `bench train`.
final class Recording<File: RecordFile> {
  let session: Session
  private(set) var records: [File.Item] = []
  private var draft: ResultDraft

  init(_ session: Session, model: String, output: String?) {
    self.session = session
    draft = ResultDraft(model: model, output: output, directory: File.directory)
  }

  /// Measures one pass after the other and writes the file after each: a run that is killed in its second pass keeps
  /// the first. It ends like `conclude`.
  /// - Parameters:
  ///   - partial: the records of a pass that does not end
  ///   - measure: returns the records of a pass; none where it was interrupted before its first step
  ///   - show: prints the result, which is in its file by then: the summary may have nobody to read it
  /// - Returns: the exit code.
  func measure(
    _ passes: [Pass], partial: @escaping () -> [File.Item] = { [] }, _ measure: (Pass) throws -> [File.Item],
    show: (File) throws -> Void
  ) throws -> Int32 {
    session.keepOnForcedEnd { [unowned self] in leaveUnfinished(partial()) }
    let failure = session.untilFailure(passes) { pass in
      records += try measure(pass)
      if !records.isEmpty { draft.keep(file) }
    }
    return try conclude(failure, show: show)
  }

  /// Writes what there is while a pass runs, for a process that may end without a request.
  func keep(_ partial: [File.Item]) {
    guard !partial.isEmpty else { return }
    draft.keep(File(context: session.circumstancesNow, records: records + partial))
  }

  /// Runs `body` once, and leaves its record even where it fails half-way. It ends like `conclude`.
  /// - Parameter record: what `body` has done so far; nil where that is nothing
  func record(
    _ record: @escaping () -> File.Item?, during body: () throws -> Void, show: (File) throws -> Void
  ) throws -> Int32 {
    session.keepOnForcedEnd { [unowned self] in leaveUnfinished(record().map { [$0] } ?? []) }
    let failure = session.untilFailure([0]) { _ in try body() }
    records += record().map { [$0] } ?? []
    return try conclude(failure, show: show)
  }

  /// Writes the result, shows it, says where it is, then throws what ended the measurement before its time; of two
  /// failures both are told.
  func conclude(_ failure: (any Error)?, show: (File) throws -> Void) throws -> Int32 {
    guard !records.isEmpty else {
      if let failure { throw failure }
      if session.interruption.isRequested {
        session.console.note(Self.nothing)
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

  /// Writes what there is where something does not end.
  private func leaveUnfinished(_ partial: [File.Item]) {
    records += partial
    guard !records.isEmpty else { return session.console.note(Self.nothing) }
    do { session.console.note("The result is in \(try draft.finish(file, session.console)).") } catch {
      session.console.note("Error: \(error)")
    }
  }

  private static var nothing: String { "The run was interrupted before its first step; there is no result." }

  private var file: File { File(context: session.circumstancesNow, records: records) }
}
