/// What an error says, and the exit code that it means.
enum ErrorText {
  static func text(of error: any Error) -> String {
    (error as? Failure)?.description ?? Bench.fullMessage(for: error)
  }

  static func status(of error: any Error) -> Int32 {
    (error as? Failure)?.status ?? Bench.exitCode(for: error).rawValue
  }
}
