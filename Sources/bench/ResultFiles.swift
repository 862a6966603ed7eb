import Foundation
import Results

/// The result files at a path: the file itself or those of a directory, each with a name for readers.
/// - Parameters:
///   - recursive: whether files in deeper directories count too
///   - leftOut: is called for a file that is no result; nil to refuse such a file
func namedResultFiles(
  at path: String, recursive: Bool = false, leftOut: ((ResultsError) -> Void)? = nil
) throws -> [(name: String, file: ResultFile)] {
  var isDirectory: ObjCBool = false
  let files = FileManager.default
  guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
    throw Failure.usage("There is no file or directory '\(path)'.")
  }
  var found = [(name: (path as NSString).lastPathComponent, path: path)]
  if isDirectory.boolValue {
    let names =
      recursive
      ? files.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
      : (try? files.contentsOfDirectory(atPath: path)) ?? []
    let results = names.filter { $0.hasSuffix(".json") && !($0 as NSString).lastPathComponent.hasPrefix(".") }
    found = results.sorted().map { ($0, "\(path)/\($0)") }
    guard !found.isEmpty else {
      throw Failure.failed("\(path) holds no result; give a directory with files that `bench run` wrote.")
    }
  }
  return try found.compactMap { name, path in
    do throws(ResultsError) { return (name, try ResultStore.read(path)) } catch {
      guard let leftOut else { throw Failure.failed(error.description) }
      leftOut(error)
      return nil
    }
  }
}
