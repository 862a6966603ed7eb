import Foundation

/// A run of programs that were built with the trait, by mpirun.
struct Launch {
  let status: Int32
  let out: String
  let err: String

  /// Where `scripts/test-mpi` builds them.
  static let programs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent(".build/mpi/debug").path
  static var bench: String { "\(programs)/bench" }

  /// Whether there is something to launch and somebody to do it.
  static let isPossible: Bool = {
    let files = FileManager.default
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return files.isExecutableFile(atPath: bench) && files.isExecutableFile(atPath: "\(programs)/RankCheck")
      && folders.contains { files.isExecutableFile(atPath: "\($0)/mpirun") }
  }()

  /// - Parameters:
  ///   - arguments: of mpirun
  ///   - directory: the working directory
  ///   - limit: seconds after which the run counts as stuck
  init(_ arguments: [String], in directory: String, limit: Int = 120) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // Two ranks or four share two cores in a container, as root.
    process.arguments =
      [
        "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1", "OMPI_MCA_btl_base_warn_component_unused=0",
        "XDG_CACHE_HOME=\(directory)/cache", "timeout", "-k", "5", "\(limit)", "mpirun",
      ] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    let paths = ["out", "err"].map { "\(directory)/.\($0)" }
    for path in paths { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: paths[0])
    process.standardError = FileHandle(forWritingAtPath: paths[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    let texts = try paths.map { String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0)), as: UTF8.self) }
    (out, err) = (texts[0], texts[1])
  }
}
