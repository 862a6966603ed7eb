import Foundation

/// The processes that a process has started, and those that these have.
///
/// A build system puts its compilers into process groups of their own, so that no signal to a group reaches them all.
enum Descendants {
  /// `identifier` and all below it that run now.
  static func of(_ identifier: pid_t) -> [pid_t] {
    var children: [pid_t: [pid_t]] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let process = pid_t(name), let parent = parent(of: process) else { continue }
      children[parent, default: []].append(process)
    }
    var (found, next) = ([identifier], 0)
    while next < found.count {
      found += children[found[next]] ?? []
      next += 1
    }
    return found
  }

  static func kill(_ identifiers: [pid_t]) { for identifier in identifiers { Glibc.kill(identifier, SIGKILL) } }

  /// The fourth field of `stat`, behind a name in parentheses that may contain anything.
  private static func parent(of process: pid_t) -> pid_t? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat"),
      let text = String(decoding: data, as: UTF8.self).split(separator: ")").last
    else { return nil }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? pid_t(fields[1]) : nil
  }
}
