import Communication

/// A command that a launcher such as `mpirun` can start on many processes.
protocol RankedCommand: BenchCommand {
  /// - Parameter ranks: nil in a process of its own
  /// - Returns: the exit code.
  func run(on console: Console, among ranks: Ranks?) throws -> Int32
}

extension RankedCommand {
  func run(on console: Console) throws -> Int32 { try run(on: console, among: nil) }
}

/// An error that all ranks know of, so that each of them ends in order and rank 0 tells it.
struct SharedError: Error {
  /// The rank's own where all have the same; else a `Failure` that names the rank.
  let error: any Error
}

extension Ranks {
  /// Runs `body` on all ranks, and fails on all of them where it fails on one.
  ///
  /// - Throws: `SharedError`
  func together<Value>(_ body: () throws -> Value) throws -> Value {
    let result = Result { try body() }
    var mine = ""
    if case .failure(let error) = result { mine = "\(ErrorText.status(of: error))\n\(ErrorText.text(of: error))" }
    let all = gather(mine)
    guard let first = all.firstIndex(where: { !$0.isEmpty }) else { return try result.get() }
    if case .failure(let error) = result, all.allSatisfy({ $0 == mine }) { throw SharedError(error: error) }
    let parts = all[first].split(separator: "\n", maxSplits: 1)
    throw SharedError(
      error: Failure(description: "Rank \(first): \(parts[1])", status: Int32(parts[0]) ?? ExitStatus.failure))
  }

  /// Checks that every rank has the value of rank 0.
  ///
  /// - Parameter sentence: is given the rank that differs, its value and that of rank 0
  /// - Throws: `SharedError`
  func checkSame(_ value: String, _ sentence: (Int, String, String) -> String) throws {
    let all = gather(value)
    guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw SharedError(error: Failure.usage(sentence(other, all[other], all[0])))
  }
}
