import Foundation
import Results

/// Result files, each with a name for readers.
typealias NamedResults = [(name: String, file: ResultFile)]

/// The result files at a path: the file itself or those of a directory. Profiles lie beside the results of runs, so
/// those of a directory are left out; a single one is refused.
/// - Parameters:
///   - recursive: whether files in deeper directories count too
///   - leftOut: is called for a file that is no result; nil to refuse such a file, except a profile in a directory
func namedResultFiles(
  at path: String, recursive: Bool = false, leftOut: ((ResultsError) -> Void)? = nil
) throws -> NamedResults {
  let found = try jsonFiles(at: path, recursive: recursive)
  let results = try found.files.compactMap { name, path -> (name: String, file: ResultFile)? in
    do throws(ResultsError) { return (name, try ResultStore.read(path)) } catch {
      if let leftOut {
        leftOut(error)
      } else if !(found.isDirectory && error == .isProfile(path: path)) {
        throw Failure.failed(error.description)
      }
      return nil
    }
  }
  guard !results.isEmpty || leftOut != nil else {
    throw Failure.failed("\(path) holds only profiles; give a directory with files that `bench run` wrote.")
  }
  return results
}

/// The files of runs and of profiles at a path. Other files are refused.
func namedResultsAndProfiles(
  at path: String
) throws -> (runs: NamedResults, profiles: [(name: String, path: String, file: ProfileFile)]) {
  var runs: NamedResults = []
  var profiles: [(name: String, path: String, file: ProfileFile)] = []
  for (name, path) in try jsonFiles(at: path, recursive: false).files {
    do throws(ResultsError) {
      do throws(ResultsError) { runs.append((name, try ResultStore.read(path))) } catch {
        guard error == .isProfile(path: path) else { throw error }
        profiles.append((name, path, try ResultStore.readProfile(path)))
      }
    } catch { throw Failure.failed(error.description) }
  }
  return (runs, profiles)
}

/// The file at a path, or the JSON files of a directory, each with a name for readers.
private func jsonFiles(
  at path: String, recursive: Bool
) throws -> (isDirectory: Bool, files: [(name: String, path: String)]) {
  var isDirectory: ObjCBool = false
  let files = FileManager.default
  guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
    throw Failure.usage("There is no file or directory '\(path)'.")
  }
  guard isDirectory.boolValue else { return (false, [((path as NSString).lastPathComponent, path)]) }
  let names =
    recursive
    ? files.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    : (try? files.contentsOfDirectory(atPath: path)) ?? []
  let results = names.filter { $0.hasSuffix(".json") && !($0 as NSString).lastPathComponent.hasPrefix(".") }
  guard !results.isEmpty else {
    throw Failure.failed("\(path) holds no result; give a directory with files that `bench run` wrote.")
  }
  return (true, results.sorted().map { ($0, "\(path)/\($0)") })
}
