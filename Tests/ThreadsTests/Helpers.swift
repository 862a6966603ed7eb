import Glibc
import Synchronization
import Testing
import Threads

/// Counts how often each index was visited, from any thread.
final class Tally: Sendable {
  private let counts: Mutex<[Int]>

  init(_ total: Int) { counts = Mutex([Int](repeating: 0, count: total)) }

  func visit(_ index: Int) { counts.withLock { $0[index] += 1 } }
  func visit(_ range: Range<Int>) { counts.withLock { counts in range.forEach { counts[$0] += 1 } } }

  var visits: [Int] { counts.withLock { $0 } }
  /// Whether every index was visited exactly once.
  var isComplete: Bool { visits.allSatisfy { $0 == 1 } }
}

/// Numbers of threads: the caller alone, as many as common machines have cores, and more than that.
let threadCounts = [1, 2, 3, 5]

/// The system's thread number of each worker.
func threadNumbers(of pool: ThreadPool) -> [Int32] {
  var numbers = [Int32](repeating: 0, count: pool.count)
  numbers.withUnsafeMutableBufferPointer { buffer in
    nonisolated(unsafe) let buffer = buffer
    pool.run { buffer[$0] = threadNumber() }
  }
  return numbers
}

/// The system's number of the calling thread. Swift cannot import the C library's function for it.
func threadNumber() -> Int32 {
  var path = [CChar](repeating: 0, count: 64)
  // The link has the form `1234/task/1235`.
  let length = readlink("/proc/thread-self", &path, path.count - 1)
  let text = String(decoding: path.prefix(max(length, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  return text.split(separator: "/").last.flatMap { Int32($0) } ?? 0
}
