import Glibc

/// Finds the times in which a thread wanted to run and did not: where its processor time falls behind the clock.
///
/// A thread that loses its core loses it for about a millisecond or more, so the processor time, which takes a system
/// call, is read only when some time has gone by. All times are nanoseconds of the monotonic clock.
struct Preemption {
  private let isCaller: Bool
  /// When the processor time was last read, on both clocks; 0 where it says nothing.
  private var (wallMark, processorMark): (UInt64, UInt64) = (0, 0)
  /// Since then: how long the thread waited, offering its core to others or asleep, which is no preemption.
  private var waitedSinceMark: UInt64 = 0
  /// When the thread was last seen running.
  private(set) var lastSeen: UInt64 = 0

  private static let shortestLook: UInt64 = 300_000
  /// The two clocks are read one after the other, so smaller differences mean nothing.
  private static let leastPreemption: UInt64 = 20_000
  /// A thread that waits no longer than this keeps its core.
  private static let longestSpin: UInt64 = 8_000

  init(isCaller: Bool) { self.isCaller = isCaller }

  mutating func forget() { (wallMark, lastSeen) = (0, 0) }

  /// A worker but the caller may have slept until now.
  mutating func jobBegins(_ now: UInt64) {
    if wallMark == 0 { mark(now) } else if !isCaller { waited(from: lastSeen, until: now) }
  }

  /// A long wait makes what was read before it useless; short ones, of which there are many, are only added up.
  mutating func waited(from begin: UInt64, until end: UInt64) {
    let time = end - begin
    if time > Self.shortestLook {
      mark(end)
    } else if time > Self.longestSpin {
      waitedSinceMark += time
    }
    lastSeen = end
  }

  /// The part of a time, ending now, in which the thread did not run. A time that is shorter than what was lost since
  /// the last look cannot be the one in which it was lost.
  mutating func taken(from begin: UInt64, until end: UInt64) -> UInt64 {
    defer { lastSeen = end }
    if wallMark == 0 {
      mark(end)
      return 0
    }
    guard end - wallMark > Self.shortestLook else { return 0 }
    let (wall, waited, before) = (end - wallMark, waitedSinceMark, processorMark)
    mark(end)
    let explained = processorMark - before + waited
    guard wall > explained + Self.leastPreemption, wall - explained <= end - begin else { return 0 }
    return wall - explained
  }

  private mutating func mark(_ now: UInt64) {
    (wallMark, processorMark, waitedSinceMark, lastSeen) = (now, threadProcessorTime(), 0, now)
  }
}

/// Nanoseconds of the monotonic clock.
package func monotonicNanoseconds() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

/// Nanoseconds for which the calling thread has run.
private func threadProcessorTime() -> UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

@inline(__always)
private func nanoseconds(_ clock: clockid_t) -> UInt64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
