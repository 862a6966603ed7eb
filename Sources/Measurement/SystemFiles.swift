import Foundation

/// Reads text files such as those under /proc and /sys. Tests put a dictionary in their place.
package struct SystemFiles: Sendable {
  private let read: @Sendable (String) -> String?

  /// The files of this machine.
  package static let system = SystemFiles { path in
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  package init(_ texts: [String: String]) { self.init { texts[$0] } }

  private init(read: @escaping @Sendable (String) -> String?) { self.read = read }

  /// The whole text; nil where the file does not exist or cannot be read.
  func text(_ path: String) -> String? { read(path) }

  /// The text without white space around it; nil where nothing is left.
  func word(_ path: String) -> String? {
    guard let text = read(path)?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty else { return nil }
    return text
  }

  func integer(_ path: String) -> Int? { word(path).flatMap { Int($0) } }

  func field(_ name: String, in path: String) -> String? {
    read(path).flatMap { value(of: name, inFields: $0) }
  }
}

/// The value of a name in lines such as `MemTotal:  24684092 kB`, `cpu family : 26` and `inactive_file 4096`.
///
/// The first such line counts, because /proc/cpuinfo repeats its names for each processor.
func value(of name: String, inFields text: String) -> String? {
  for line in text.split(separator: "\n") where line.hasPrefix(name) {
    let separator: Character = line.contains(":") ? ":" : " "
    let parts = line.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else { continue }
    return parts[1].trimmingCharacters(in: .whitespaces)
  }
  return nil
}

/// The numbers of a list such as `0-3,8`.
func numbers(inList text: String) -> [Int] {
  text.split(separator: ",").flatMap { part -> [Int] in
    let bounds = part.split(separator: "-").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    guard let first = bounds.first, let last = bounds.last, first <= last else { return [] }
    return Array(first...last)
  }
}
