import Analysis
import ArgumentParser
import Networks
import Results
import Terms

/// What `bench scale` predicts instead of measuring.
struct PredictionOptions: ParsableArguments {
  @Option(
    name: .customLong("predict"),
    help: ArgumentHelp(
      "Measure nothing: predict training steps of many ranks from this result of `mpirun -np 2 bench MODEL --pass train`.",
      valueName: "file.json"), completion: .file(extensions: ["json"]))
  var path: String?

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Numbers of ranks (default: 8 64 512).", valueName: "n"))
  var ranks: [Int] = []

  @Option(
    help: ArgumentHelp("Of each host's link, in each direction (default: 1.25, 10 Gbit/s).", valueName: "GB/s"))
  var bandwidth: Double?

  @Option(help: ArgumentHelp("Of a message (default: 20).", valueName: "microseconds"))
  var latency: Double?

  func validate() throws {
    let given = [
      ranks.isEmpty ? nil : "--ranks", bandwidth.map { _ in "--bandwidth" }, latency.map { _ in "--latency" },
    ].compactMap(\.self)
    if path == nil, let option = given.first { throw ValidationError("\(option) goes with --predict FILE.") }
    for count in ranks { try checkCount("--ranks", count) }
    if let bandwidth, !(bandwidth >= 1e-3 && bandwidth <= 1e6) {
      throw ValidationError("--bandwidth must be 0.001 to 1000000 GB/s, not \(bandwidth.formatted()).")
    }
    if let latency, !(latency >= 0 && latency <= 1e6) {
      throw ValidationError("--latency must be 0 to 1000000 microseconds, not \(latency.formatted()).")
    }
  }

  private var link: RingModel.Link {
    RingModel.Link(bandwidth: 1e9 * (bandwidth ?? 1.25), latency: 1e-6 * (latency ?? 20))
  }

  /// The table for the last training of a network in the result at `path`.
  /// - Throws: `Failure`
  func table(of network: Network, at path: String) throws -> Table {
    let file: ResultFile
    do { file = try ResultStore.read(path) } catch { throw Failure.failed(error.description) }
    for record in file.records.reversed() where record.model == network.name {
      guard let model = RingModel(record) else { continue }
      return model.table(record, ranks: ranks.isEmpty ? [8, 64, 512] : ranks.sorted(), link)
    }
    throw Failure.failed(
      "\(path) has no training of \(network.name) on several ranks; make one with `mpirun -np 2 bench \(network.name) "
        + "--pass train --scaling --output \(path)`.")
  }
}
