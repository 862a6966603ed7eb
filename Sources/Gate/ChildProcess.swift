import Glibc

/// A process with a pipe to its standard input and one from its standard output. It shares our standard error.
///
/// It is made with `posix_spawn` and not with Foundation's `Process`, which watches its children with a thread: while a
/// worker is timed, nothing else may run here.
package final class ChildProcess {
  let identifier: pid_t
  private let input: Int32
  private let output: Int32
  private var buffered: [UInt8] = []
  private var hasEnded = false

  /// - Throws: the number of the error
  package init(_ path: String, arguments: [String], environment: [String: String]) throws(ErrorNumber) {
    _ = Self.ignoresBrokenPipes
    let toChild = try Self.makePipe()
    let fromChild: [Int32]
    do { fromChild = try Self.makePipe() } catch {
      for end in toChild { close(end) }
      throw error
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, toChild[0], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, fromChild[1], STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    sigaddset(&defaults, SIGXFSZ)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    var identifier = pid_t()
    let status = posix_spawn(&identifier, path, &actions, &attributes, &argv, &envp)
    for text in argv + envp { free(text) }
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    close(toChild[0])
    close(fromChild[1])
    guard status == 0 else {
      close(toChild[1])
      close(fromChild[0])
      throw ErrorNumber(value: status)
    }
    (self.identifier, input, output) = (identifier, toChild[1], fromChild[0])
  }

  deinit { _ = end() }

  package struct ErrorNumber: Error {
    let value: Int32
    package var text: String { String(cString: strerror(value)) }
  }

  /// Makes a pipe whose ends other children do not inherit.
  private static func makePipe() throws(ErrorNumber) -> [Int32] {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw ErrorNumber(value: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
  }

  /// Without this, writing to a worker that has died would end this process too.
  private static let ignoresBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()

  /// - Returns: false where the child has closed its input
  package func send(_ line: String) -> Bool {
    var bytes = Array((line + "\n").utf8)[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      if sent > 0 { bytes.removeFirst(sent) } else if errno != EINTR { return false }
    }
    return true
  }

  package enum Line: Equatable {
    case text(String)
    /// The output has ended.
    case end
    case timeout
  }

  /// The next line of the output. It sleeps until the line is there, at most `deadline` seconds.
  /// - Parameter isOver: is asked every second; whether the line is not worth waiting for
  package func receive(deadline: Double, isOver: () -> Bool = { false }) -> Line {
    var start = timespec()
    clock_gettime(CLOCK_MONOTONIC, &start)
    var searched = 0
    while true {
      if let end = endOfLine(from: searched) {
        let line = String(decoding: buffered[..<end], as: UTF8.self)
        buffered.removeFirst(end + 1)
        return .text(line)
      }
      searched = buffered.count
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      let left = deadline - Double(now.tv_sec - start.tv_sec) - Double(now.tv_nsec - start.tv_nsec) / 1e9
      guard left > 0, !isOver() else { return .timeout }
      // A line without an end must not fill the memory; its beginning is no valid reply.
      guard buffered.count < 64 << 20 else { return .text(String(decoding: buffered.prefix(100), as: UTF8.self)) }
      var request = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, Int32(min(left * 1000, 1000).rounded(.up))) > 0 else { continue }
      var chunk = [UInt8](repeating: 0, count: 65536)
      let count = read(output, &chunk, chunk.count)
      if count > 0 { buffered += chunk.prefix(count) } else if count == 0 || errno != EINTR { return .end }
    }
  }

  private func endOfLine(from start: Int) -> Int? {
    buffered.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      return memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start).map { UnsafeRawPointer($0) - base }
    }
  }

  /// Ends the process and waits for its end.
  /// - Returns: how it had ended by itself, or that it did not
  package func end() -> Ending {
    guard !hasEnded else { return .earlier }
    hasEnded = true
    close(input)
    close(output)
    var status: Int32 = 0
    // A process that has closed its output is about to end, and one that reads ends on its closed input.
    for _ in 0..<100 {
      if waitpid(identifier, &status, WNOHANG) == identifier { return Ending(status) }
      usleep(2000)
    }
    kill(identifier, SIGKILL)
    waitpid(identifier, &status, 0)
    return .silent
  }

  /// How a process ended. It describes itself as a part of a sentence.
  package enum Ending: CustomStringConvertible {
    case code(Int32)
    case signal(Int32)
    /// It did not end by itself, and was killed.
    case silent
    /// `end` was called before.
    case earlier

    /// - Parameter status: of `waitpid`
    fileprivate init(_ status: Int32) {
      let signal = status & 0x7f
      self = signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
    }

    package var description: String {
      switch self {
      case .code(let code): "ended with code \(code)"
      case .signal(let signal): "was killed by signal \(signal)"
      case .silent: "stopped answering"
      case .earlier: "had ended"
      }
    }
  }
}
