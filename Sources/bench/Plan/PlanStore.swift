import Convolution
import Foundation
import Measurement
import Results

/// Plans in the cache directory, one file for each thing that a plan depends on.
struct PlanStore {
  /// The value of `--plan` that means a plan of this store.
  static let saved = "saved"

  private let directory: String?

  init(directory: String? = CachePlace.path("plans")) { self.directory = directory }

  /// The file of the plan that this machine and these kernels would have for a key; nil where there is no home.
  func path(_ key: PlanKey, isExact: Bool, _ machine: PlanMachine, kernelSources: String) -> String? {
    let text = [
      "version 1", key.model, "\(key.imageSize)", "\(key.batchSize)", key.instructionSet, "\(key.threads)",
      isExact ? "exact" : "any", machine.cpuModel, "\(machine.secondLevelCache)", "\(machine.lastLevelCache)",
      kernelSources,
    ].joined(separator: "\n")
    let name = "\(key.model)-\(SHA256.digest(Array(text.utf8)).prefix(16)).json".replacing("/", with: "-")
    return directory.map { "\($0)/\(name)" }
  }

  /// Keeps a plan. Passes that a plan of the same key has and this one has not are kept too.
  /// - Returns: the path of the file
  func save(_ file: PlanFile) throws -> String {
    guard
      let path = path(file.key, isExact: file.isExact, file.machine, kernelSources: file.kernelSources),
      let directory
    else { throw Failure.failed("There is no place for a saved plan; set HOME or XDG_CACHE_HOME, or use --output.") }
    var file = file
    if let known = try? PlanFile(json: PlanFile.bytes(path), path: path), known.key == file.key {
      file.passes += known.passes.filter { file[$0.pass] == nil }
    }
    try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try file.write(to: path)
    return path
  }
}
