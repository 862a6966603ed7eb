import Foundation

/// A folder outside of the repository, with spaces in its name, in which libraries were built with the one header.
///
/// They are compiled once, by `cc`, for all tests.
struct PluginFolder: Sendable {
  let path: String
  /// What the compilers said where something failed.
  let failure: String?

  static let shared = PluginFolder()

  private static let place = URL(fileURLWithPath: NSTemporaryDirectory())
    .appendingPathComponent("bench plug-ins \(getpid())").path

  private init() {
    path = Self.place
    let root = Document.root.path
    let commands = [
      ["\(root)/scripts/install-header", "\(path)/include"],
      // C99 and nothing but the header.
      ["cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"] + Self.shared("template/mine.c", "libmine.so"),
      ["cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O3"] + Self.shared("direct.c", "libdirect.so"),
      ["cc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O3"] + Self.shared("fused.c", "libfused.so"),
      ["c++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-O3", "-fopenmp"]
        + Self.shared("blocked.cpp", "libblocked.so"),
      ["cc", "-O1", "-I", "\(root)/Benchmarks/Plugins/template"] + Self.shared(Self.faulty, "libfaulty.so"),
      ["cc", "-O1", "-DUNRESOLVED", "-I", "\(root)/Benchmarks/Plugins/template"]
        + Self.shared(Self.faulty, "libunresolved.so"),
      ["sh", "-c", "echo 'not a library' > libtext.so"],
      ["sh", "-c", "echo 'int nothing;' | cc -shared -fPIC -x c - -o libempty.so"],
    ]
    var failure: String?
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      for command in commands where failure == nil {
        let ran = try Ran(command, in: path)
        if ran.status != 0 { failure = "\(command.joined(separator: " ")): \(ran.err)" }
      }
    } catch { failure = "\(error)" }
    self.failure = failure
    atexit {
      try? FileManager.default.removeItem(atPath: PluginFolder.place)
    }
  }

  private static let faulty = "\(Document.root.path)/Tests/Fixtures/plugins/faulty.c"

  private static func shared(_ source: String, _ library: String) -> [String] {
    let source = source.hasPrefix("/") ? source : "\(Document.root.path)/Benchmarks/Plugins/\(source)"
    return ["-shared", "-fPIC", "-I", "include", source, "-o", library]
  }

  static let hasOneDNN = FileManager.default.fileExists(atPath: "/usr/include/dnnl.hpp")
  static let hasXNNPACK = ["xnnpack.h", "pthreadpool.h"].allSatisfy {
    FileManager.default.fileExists(atPath: "/usr/include/\($0)")
  }
  /// Rust's compiler: on the path, or where rustup puts it.
  static let rustCompiler =
    ((ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    + ["\(NSHomeDirectory())/.cargo/bin"]).map { "\($0)/rustc" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Compiles an example that needs another library.
  func compile(_ compiler: [String], _ source: String, _ library: String, _ libraries: [String]) throws {
    // Two compilers at the same time must not share the files of their outputs.
    try Self.inFolder(of: path) { folder in
      let include = ["-I", "\(path)/include"]
      let source = "\(Document.root.path)/Benchmarks/Plugins/\(source)"
      let ran = try Ran(
        compiler + ["-shared", "-fPIC"] + include + [source, "-o", "\(path)/\(library)"] + libraries, in: folder)
      if ran.status != 0 { throw CompilerError(description: ran.err) }
    }
  }

  private struct CompilerError: Error { let description: String }

  private static func inFolder<Value>(of path: String, _ body: (String) throws -> Value) throws -> Value {
    let folder = "\(path)/run \(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  /// Runs the program there. The libraries' crashes must not be those of the tests.
  /// - Parameter fault: what is wrong with libfaulty.so
  func bench(_ arguments: [String], fault: String? = nil, limit: Double? = nil) throws -> Ran {
    let environment =
      ["XDG_CACHE_HOME=\(path)/cache"] + (fault.map { ["FAULT=\($0)"] } ?? [])
      + (limit.map { ["BENCH_PLUGIN_TIME_LIMIT=\($0)"] } ?? [])
    return try Self.inFolder(of: path) { try Ran(environment + [Ran.program] + arguments, in: $0) }
  }
}
