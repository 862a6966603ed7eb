import Convolution
import Foundation

/// A shared library with back ends, loaded into this process until it ends.
struct PluginLibrary {
  let path: String
  let backends: [PluginBackend]

  /// - Throws: `PluginLoadError`
  init(path: String) throws(PluginLoadError) {
    self.path = path
    // Without a slash the loader would search the system's folders for it.
    guard let handle = dlopen(path.contains("/") ? path : "./\(path)", RTLD_NOW | RTLD_LOCAL) else {
      throw PluginLoadError(path, "cannot be loaded: \(dlerror().map { String(cString: $0) } ?? "no reason is known")")
    }
    guard let entry = dlsym(handle, PluginBackend.entryPoint) else {
      throw PluginLoadError(path, "has no function \(PluginBackend.entryPoint); bench_backend.h declares it.")
    }
    do { backends = try PluginBackend.all(from: entry) } catch { throw PluginLoadError(path, error.description) }
  }
}

struct PluginLoadError: Error, CustomStringConvertible {
  let description: String

  init(_ path: String, _ reason: String) {
    description = "\(path) \(reason)" + (reason.hasSuffix(".") ? "" : ".")
  }
}

/// How a shared library, or one of its back ends, is named on the command line: `./libmine.so`, `mine=./libmine.so`,
/// `./libmine.so:direct`.
struct PluginReference {
  /// The name that results give it, instead of its own.
  let alias: String?
  let path: String
  /// The name of one of the library's back ends; nil for all.
  let backend: String?

  /// Nil for the name of a back end that is in the program.
  init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let isNamed = parts.count == 2 && PluginBackend.isValid(name: parts[0])
    let rest = isNamed ? parts[1] : text
    guard isNamed || rest.contains("/") || rest.contains(".so") else { return nil }
    alias = isNamed ? parts[0] : nil
    // A file's name may have a colon, too.
    if let colon = rest.lastIndex(of: ":"), !FileManager.default.fileExists(atPath: rest),
      PluginBackend.isValid(name: String(rest[rest.index(after: colon)...]))
    {
      path = String(rest[..<colon])
      backend = String(rest[rest.index(after: colon)...])
    } else {
      path = rest
      backend = nil
    }
  }
}
