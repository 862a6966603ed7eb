import Communication
import Convolution
import Foundation

// What a launcher such as mpirun has started: one process of several.

#if MPI
  /// Joins the other ranks, runs the command with them and leaves in order.
  func launched(_ arguments: [String], on console: Console) -> Int32 {
    let communicator = MPICommunicator()
    let ranks = Ranks(communicator)
    // A process that this one starts is no rank.
    for name in Launcher.names { unsetenv(name) }
    let status = execute(arguments, on: ranks.isRoot ? console : .quiet, among: ranks)
    communicator.leave()
    return status
  }
#else
  /// Says how to build a program that knows of other processes. Only the first rank does.
  func launched(_ arguments: [String], on console: Console, by launcher: Launcher) -> Int32 {
    guard launcher.count > 1 else { return execute(arguments, on: console, among: nil) }
    if launcher.rank == 0 {
      console.note(
        "Error: This build knows one process, and \(launcher.count) were launched; build one for many with "
          + "`swift build --product bench --traits MPI`, which needs an MPI library such as libopenmpi-dev.")
    }
    return ExitStatus.usage
  }
#endif

extension Ranks {
  /// Checks that the ranks run one program, on one kind of kernels, with one command line.
  ///
  /// - Throws: `SharedError`
  func checkSameProgram(_ arguments: [String]) throws {
    let program = try together {
      guard let file = try? Data(contentsOf: URL(fileURLWithPath: "/proc/self/exe"), options: .alwaysMapped) else {
        throw Failure.failed("The program cannot read its own file /proc/self/exe, so it cannot be compared.")
      }
      var digest = Digest()
      file.withUnsafeBytes { digest.add($0) }
      return "bench \(Bench.version), digest \(digest.text)"
    }
    try checkSame(program) { rank, its, first in
      "Rank \(rank) runs \(its), rank 0 \(first); install one build on all hosts."
    }
    try checkSame(arguments.joined(separator: " ")) { rank, its, first in
      "Rank \(rank) was given other arguments ('\(its)') than rank 0 ('\(first)'); launch all with one command line."
    }
  }
}
