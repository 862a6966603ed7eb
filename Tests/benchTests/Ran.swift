import Foundation

/// The outcome of a process. It serves tests of what happens between processes.
struct Ran {
  let status: Int32
  let out: String
  let err: String

  /// - Parameter command: in the form that `env` takes
  init(_ command: [String], in directory: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    // The outputs are files, because nothing here reads two pipes at once.
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

  /// The program that was built with the tests.
  static let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".build/debug/bench").path
}
