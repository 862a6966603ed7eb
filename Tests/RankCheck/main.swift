import Communication
import Foundation
import RankTestSupport

// Compares training steps of the ranks that mpirun has started with those of one process: RankCheck BUCKET-BYTES.
// Rank 0 prints the errors; the exit code is 1 where they are too large.

#if MPI
  let ranks = Ranks(MPICommunicator())
  guard CommandLine.arguments.count == 2, let bytes = Int(CommandLine.arguments[1]), bytes > 0 else {
    ranks.giveUp("Give the size of a bucket in bytes.", 64)
  }
  do {
    var isWrong = false
    if let found = try RankedSteps.compare(ranks, bucketBytes: bytes) {
      print("\(ranks.count) ranks, \(found.average.bucketCount) buckets")
      print("gradients: \(found.gradients); movements: \(found.movements)")
      isWrong =
        !RankedSteps.gradients.admits(found.gradients) || !RankedSteps.movements.admits(found.movements)
    }
    isWrong = ranks.any(isWrong)
    ranks.communicator.leave()
    exit(isWrong ? 1 : 0)
  } catch { ranks.giveUp("\(error)", 1) }
#else
  FileHandle.standardError.write(Data("Error: Build this program with --traits MPI.\n".utf8))
  exit(64)
#endif
