import Foundation

/// Makes a library that crashes or ends this process, where it was loaded and is timed, end it with a sentence and code 3.
///
/// What is verified is verified in a child process. This is for what passes there and fails later.
enum PluginWatch {
  /// Whether a command with a library runs now. A signal handler reads it.
  nonisolated(unsafe) private static var isWatching = false
  nonisolated(unsafe) private static var sentence: UnsafeMutablePointer<CChar>?

  private static let install: Void = {
    for number in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT] { signal(number, PluginWatch.end) }
    atexit { PluginWatch.end(0) }
  }()

  /// - Parameter libraries: the paths, for the sentence
  static func begin(_ libraries: [String]) {
    free(sentence)
    sentence = strdup(
      "Error: Something crashed, or ended the process, outside of verification while \(libraries.joined(separator: ", ")) "
        + "was loaded. `bench check-backend` finds out more.\n")
    isWatching = true
    _ = install
  }

  static func stop() { isWatching = false }

  /// Nothing of this allocates: the heap may be in any state.
  private static let end: @convention(c) (Int32) -> Void = { number in
    if PluginWatch.isWatching, let sentence = PluginWatch.sentence {
      write(STDERR_FILENO, sentence, strlen(sentence))
      _exit(ExitStatus.mismatch)
    }
    guard number != 0 else { return }
    signal(number, SIG_DFL)
    raise(number)
  }
}
