import Glibc

/// The ranks of a run, and what they tell each other beside gradients.
package final class Ranks {
  package let communicator: any Communicator
  /// Seconds after which a rank that waits takes the others for dead or stuck.
  package var timeLimit = 300.0
  /// Is called before the run ends on all ranks because of this one.
  package var lastWords: () -> Void = {}

  package init(_ communicator: any Communicator) { self.communicator = communicator }

  package var rank: Int { communicator.rank }
  package var count: Int { communicator.count }
  /// Whether this is rank 0, which alone prints and writes.
  package var isRoot: Bool { rank == 0 }

  /// Ends the run on all ranks, with a sentence and an exit code.
  package func giveUp(_ sentence: String, _ status: Int32) -> Never {
    say("Error: \(sentence)")
    lastWords()
    communicator.abort(status)
  }

  /// How often a patient rank looks before it sleeps between looks.
  private static let looks = 1_000
  private static let sleepMicroseconds: UInt32 = 200
  private static let broadcastBytes = 64 << 20

  /// Returns when an operation is complete.
  /// - Parameter isPatient: whether to leave the core to others meanwhile; else the operation progresses as fast as it
  ///   can
  package func wait(for request: CommunicationRequest, isPatient: Bool = false) {
    var request = request
    var looks = 0
    let start = nanoseconds()
    while !communicator.isComplete(&request) {
      looks += 1
      if isPatient, looks > Self.looks { usleep(Self.sleepMicroseconds) } else { sched_yield() }
      guard Double(nanoseconds() - start) < 1e9 * timeLimit else {
        giveUp(
          "Rank \(rank) has waited \(Int(timeLimit.rounded(.up))) s for another rank, which is dead, stuck or slow, so "
            + "the run ends; see --rank-timeout.", 1)
      }
    }
  }

  /// The maximum of each value over all ranks. No rank gets it before all have called, so this is a barrier, too.
  package func maximum(_ values: [Double]) -> [Double] {
    var values = values
    values.withUnsafeMutableBufferPointer { wait(for: communicator.maximum($0), isPatient: true) }
    return values
  }

  /// Whether any rank says so.
  package func any(_ isSo: Bool) -> Bool { maximum([isSo ? 1 : 0])[0] > 0 }

  /// The text of every rank, by rank.
  package func gather(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    // All ranks send as much, and the end is where the text's bytes are over.
    let size = Int(maximum([Double(bytes.count)])[0]) + MemoryLayout<UInt64>.size
    var mine = withUnsafeBytes(of: UInt64(bytes.count), Array.init) + bytes
    mine += [UInt8](repeating: 0, count: size - mine.count)
    var all = [UInt8](repeating: 0, count: size * count)
    mine.withUnsafeBytes { mine in
      all.withUnsafeMutableBytes { wait(for: communicator.gather(mine, into: $0), isPatient: true) }
    }
    return (0..<count).map { rank in
      let part = all[rank * size..<(rank + 1) * size]
      let length = part.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
      let text = part.dropFirst(MemoryLayout<UInt64>.size).prefix(Int(length))
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// Replaces memory by that of rank 0, in pieces whose sizes every library can count.
  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer) {
    for first in stride(from: 0, to: bytes.count, by: Self.broadcastBytes) {
      let piece = bytes[first..<min(first + Self.broadcastBytes, bytes.count)]
      wait(for: communicator.broadcast(UnsafeMutableRawBufferPointer(rebasing: piece)), isPatient: true)
    }
  }
}

/// Writes a line on standard error, whatever rank this is.
func say(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// Nanoseconds of the clock that measurements read, too.
func nanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
