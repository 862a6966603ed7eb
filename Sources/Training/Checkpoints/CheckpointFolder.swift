import Foundation
import Results

/// A directory of checkpoints, `checkpoint-300.safetensors` after 300 steps.
package struct CheckpointFolder: Sendable {
  package let path: String
  private static let (prefix, suffix) = ("checkpoint-", ".safetensors")

  package init(_ path: String) { self.path = path }

  /// The steps of the checkpoints, in order; none where the directory is not there.
  package var steps: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { return nil }
      return Int(name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count))
    }.sorted()
  }

  package func file(step: Int) -> String { "\(path)/\(Self.prefix)\(step)\(Self.suffix)" }

  /// Writes a checkpoint whole or not at all, then removes all but the last `keep`.
  ///
  /// - Returns: the path of the file
  package func save(_ checkpoint: Checkpoint, keep: Int) throws(CheckpointError) -> String {
    let file = file(step: checkpoint.step)
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try AtomicFile().replace(file, with: checkpoint.data())
    } catch let error as ResultsError {
      throw CheckpointError("\(error)")
    } catch {
      throw CheckpointError("\(path) cannot be made a directory; give another one with --checkpoints.")
    }
    for step in steps.dropLast(keep) { try? FileManager.default.removeItem(atPath: self.file(step: step)) }
    return file
  }
}
