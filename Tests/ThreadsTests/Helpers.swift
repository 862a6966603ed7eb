import Foundation
import Testing
import Threads

/// Counts how often each index was visited, from any thread.
///
/// The lock is one that the thread sanitizer knows. `Mutex` asks the kernel itself, so the sanitizer takes what it
/// protects for a race.
final class Tally: @unchecked Sendable {
  private let lock = NSLock()
  private var counts: [Int]

  init(_ total: Int) { counts = [Int](repeating: 0, count: total) }

  func visit(_ index: Int) { visit(index..<index + 1) }
  func visit(_ range: Range<Int>) { lock.withLock { range.forEach { counts[$0] += 1 } } }

  var visits: [Int] { lock.withLock { counts } }
  /// Whether every index was visited exactly once.
  var isComplete: Bool { visits.allSatisfy { $0 == 1 } }
}

/// Numbers of threads: the caller alone, as many as common machines have cores, and many more than that, which lose
/// their cores at every place there is.
let threadCounts = [1, 2, 3, 5, 8, 16, 64, 128]

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
