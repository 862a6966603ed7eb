import Foundation

/// What a process left behind: for what happens between processes only.
struct Ran {
  let status: Int32
  let out: String
  let err: String

  /// - Parameter command: as `env` takes it
  init(_ command: [String], in directory: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    // Files: nobody reads two pipes at once here.
    let paths = ["out", "err"].map { "\(directory)/.\($0)" }
    for path in paths { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: paths[0])
    process.standardError = FileHandle(forWritingAtPath: paths[1])
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    let texts = try paths.map { String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0)), as: UTF8.self) }
    (out, err) = (texts[0], texts[1])
  }

  /// The program beside the tests.
  static let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".build/debug/bench").path
}
