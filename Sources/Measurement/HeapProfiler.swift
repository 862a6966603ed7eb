import Glibc

/// Writes gperftools' heap profiles. Its functions are part of tcmalloc, which this program is not linked with, so they
/// are looked up in the process: they are there where tcmalloc was loaded before everything else.
package final class HeapProfiler {
  /// No heap profiler is in this process.
  package struct Missing: Error, CustomStringConvertible {
    package let description = """
      There is no heap profiler in this process: start it with LD_PRELOAD=libtcmalloc.so.4, which is part of Debian's \
      libgoogle-perftools4.
      """
  }

  private typealias Start = @convention(c) (UnsafePointer<CChar>) -> Void
  private typealias Dump = @convention(c) (UnsafePointer<CChar>) -> Void
  private typealias Stop = @convention(c) () -> Void

  private let prefix: String
  private let startProfiler: Start
  private let dumpProfile: Dump
  private let stopProfiler: Stop
  private var isRunning = false
  /// How many files there are.
  private var count = 0

  /// - Parameter prefix: of the files' paths
  /// - Throws: `Missing` before anything is measured
  package init(prefix: String) throws(Missing) {
    guard let start = dlsym(nil, "HeapProfilerStart"), let dump = dlsym(nil, "HeapProfilerDump"),
      let stop = dlsym(nil, "HeapProfilerStop")
    else { throw Missing() }
    self.prefix = prefix
    startProfiler = unsafeBitCast(start, to: Start.self)
    dumpProfile = unsafeBitCast(dump, to: Dump.self)
    stopProfiler = unsafeBitCast(stop, to: Stop.self)
  }

  deinit { if isRunning { withQuietErrors { stopProfiler() } } }

  /// Counts what is allocated from here on, and what of it is freed.
  package func start() {
    if isRunning { return }
    withQuietErrors { startProfiler(prefix) }
    isRunning = true
  }

  /// Writes what was allocated since `start`.
  /// - Parameter reason: is part of nothing but the profiler's own messages
  package func dump(_ reason: String) {
    guard isRunning else { return }
    withQuietErrors { dumpProfile(reason) }
    count += 1
  }

  /// The files that were written.
  package var paths: [String] {
    (0..<count).map { number in
      let digits = String(number + 1)
      return "\(prefix).\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits).heap"
    }
  }
}
