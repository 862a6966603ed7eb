import ArgumentParser
import Communication

/// How many processes work together, for a run that `mpirun` starts.
struct RankOptions: ParsableArguments {
  @Flag(
    help: "Under mpirun: let one rank alone, and all ranks apart, take turns with all together; print the efficiency.")
  var scaling = false

  @Option(help: ArgumentHelp("Under mpirun: average gradients in portions of so much (default: 8).", valueName: "MiB"))
  var bucketSize: Double?

  @Option(
    help: ArgumentHelp(
      "Under mpirun: end the run where a rank waits so long for another one (default: 300).", valueName: "seconds",
      visibility: .hidden))
  var rankTimeout: Double?

  @Flag(
    help: ArgumentHelp(
      "Under mpirun: let ranks share cores, for a test of the program; the times say nothing.", visibility: .hidden))
  var shareCores = false

  func validate() throws {
    if let bucketSize, !(bucketSize >= 0.001 && bucketSize <= 1024) {
      throw ValidationError("--bucket-size must be 0.001 to 1024 MiB, not \(bucketSize.formatted()).")
    }
    if let rankTimeout { try checkMaxTime(rankTimeout, "--rank-timeout") }
  }

  /// Bytes of gradients that one operation averages.
  var bucketBytes: Int { bucketSize.map { Int($0 * 1_048_576) } ?? GradientBuckets.usualBytes }

  /// Refuses options that nothing would heed.
  /// - Throws: `Failure`
  func check(among ranks: Ranks?) throws {
    guard ranks == nil else { return }
    let given = [
      scaling ? "--scaling" : nil, bucketSize.map { _ in "--bucket-size" }, rankTimeout.map { _ in "--rank-timeout" },
      shareCores ? "--share-cores" : nil,
    ].compactMap(\.self)
    guard let option = given.first else { return }
    throw Failure.usage("\(option) is for a run of several processes: mpirun -np 2 bench MODEL --pass train \(option).")
  }
}
