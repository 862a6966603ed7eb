import Communication
import Convolution
import Foundation
import Measurement

extension Ranks {
  /// Where all ranks run, by rank.
  ///
  /// - Parameter sharesCores: whether ranks may displace each other
  /// - Throws: `SharedError` where they would
  func seats(_ context: ExecutionContext, _ machine: MachineOptions, sharesCores: Bool) throws -> [Seat] {
    let mine = Seat(
      host: ProcessInfo.processInfo.hostName, cores: (AvailableCores.inAffinityMask() ?? []).sorted(),
      threads: context.pool.count, choosesThreads: machine.threads != nil)
    let seats: [Seat] = gather(encoded(mine)).map(decoded)
    if !sharesCores, let conflict = seats.conflict { throw SharedError(error: Failure.usage(conflict)) }
    return seats
  }

  /// A seed of this rank's own; rank 0 has `seed` itself.
  func seed(_ seed: UInt64) -> UInt64 { seed &+ UInt64(rank) &* 0x9e37_79b9_7f4a_7c15 }

  /// The decision whether another step follows, as all ranks come to it.
  var agreement: StepAgreement {
    StepAgreement { elapsed, isInterrupted in
      let all = self.maximum([elapsed, isInterrupted ? 1 : 0])
      return (all[0], all[1] > 0)
    }
  }
}
