import Convolution
import Glibc
import Kernels
import Measurement
import Results
import Tensors

/// Streams through memory on all threads of a context, each through a part of its own, as fast as these threads can.
struct MemoryStreams {
  private let context: ExecutionContext
  private let memory: Memory
  private let bytesPerThread: Int

  /// - Parameter bytesPerThread: the largest working set of a thread, in whole pages
  init(_ context: ExecutionContext, bytesPerThread: Int) throws(AllocationError) {
    self.context = context
    self.bytesPerThread = bytesPerThread
    memory = try Memory(byteCount: bytesPerThread * context.pool.count)
    // Not zeros: pages that were never written all map to one, and some processors write zeros faster. Each thread
    // writes its own part, so that it lies near to the thread.
    nonisolated(unsafe) let base = memory.base
    context.pool.run { worker in memset(base + worker * bytesPerThread, 0x3f, bytesPerThread) }
  }

  /// The most bytes per second that the threads read from working sets of so many bytes a thread.
  func read(_ workingSet: Int, duration: Double) -> Double {
    let (passage, kernels) = (Passage(workingSet, of: workingSet), context.kernels)
    return rate(passage, arrays: 1, duration) { part, sample in
      _ = kernels.sum(
        part + passage.offset(sample), count: passage.count, rounds: passage.rounds)
    }
  }

  /// The most bytes per second of a = b + scale * c, with three arrays in the working set of a thread.
  func triad(_ workingSet: Int, nonTemporal: Bool = false, duration: Double) -> Double {
    let kernels = context.kernels
    // An odd number of KiB: the arrays lie a quarter of a page apart, because a load waits for an earlier store whose
    // address has the same last twelve bits.
    let array = max(1, (workingSet / 3 / 1024 - 1) / 2 * 2 + 1) * 1024
    let passage = Passage(array, of: workingSet)
    let floats = array / MemoryLayout<Float>.stride
    return rate(passage, arrays: 3, duration) { part, sample in
      let a = part + passage.offset(sample)
      kernels.triad(
        a + floats, a + 2 * floats, scale: Float(sample % 100 + 1), into: a, count: passage.count,
        rounds: passage.rounds, nonTemporal: nonTemporal)
    }
  }

  private func rate(
    _ passage: Passage, arrays: Int, _ duration: Double, _ stream: @escaping (UnsafeMutablePointer<Float>, Int) -> Void
  ) -> Double {
    nonisolated(unsafe) let (base, stream) = (memory.base, stream)
    let bytes = arrays * passage.count * MemoryLayout<Float>.stride * passage.rounds * context.pool.count
    var sample = 0
    return bestRate(duration: duration) {
      let current = sample
      context.pool.run { worker in
        stream((base + worker * bytesPerThread).assumingMemoryBound(to: Float.self), current)
      }
      sample += 1
      return Double(bytes)
    }
  }
}

/// What one sample streams through of an array. A sample takes about a millisecond or more, and not much more, so that
/// some are not interrupted: it goes through a small working set many times, and through an eighth of a large one. An
/// eighth comes again only after seven others have gone through the caches.
private struct Passage {
  private static let sampleBytes = 64 << 20

  /// The floats of the array that one sample takes.
  let count: Int
  let rounds: Int
  private let pieces: Int

  init(_ array: Int, of workingSet: Int) {
    pieces = workingSet > Self.sampleBytes ? 8 : 1
    rounds = max(1, Self.sampleBytes / workingSet)
    // Whole cache lines, for aligned stores.
    count = array / pieces / 64 * 64 / MemoryLayout<Float>.stride
  }

  /// In floats from the beginning of the array.
  func offset(_ sample: Int) -> Int { sample % pieces * count }
}
