import Foundation
import Results
import Terms

/// Result files, each with a name for readers.
typealias NamedResults = [(name: String, file: ResultFile)]

/// The result files at a path: the file itself or those of a directory. Of a directory, profiles are left out, and so is
/// what is no result, with a note; a single file of that kind is refused.
/// - Parameters:
///   - recursive: whether files in deeper directories count too
///   - note: is told of each file that is left out
func namedResultFiles(at path: String, recursive: Bool = false, note: (String) -> Void) throws -> NamedResults {
  let found = try jsonFiles(at: path, recursive: recursive)
  var errors: [ResultsError] = []
  let results = try found.files.compactMap { name, path -> (name: String, file: ResultFile)? in
    do throws(ResultsError) { return (name, try ResultStore.read(path)) } catch {
      guard found.isDirectory else { throw Failure.failed(error.description) }
      let isOfAnotherCommand = error == .isProfile(path: path) || error == .isTraining(path: path)
      if recursive || !isOfAnotherCommand { errors.append(error) }
      return nil
    }
  }
  guard !results.isEmpty || recursive else {
    throw Failure.failed(
      errors.first?.description
        ?? "\(path) holds only profiles; give a directory with files that `bench run` wrote.")
  }
  for error in errors { note("Left out: \(error)") }
  return results
}

/// The files of runs, profiles and trainings.
struct NamedFiles {
  var runs: NamedResults = []
  var profiles: [(name: String, path: String, file: ProfileFile)] = []
  var trainings: [(name: String, path: String, file: TrainingFile)] = []

  var isEmpty: Bool { runs.isEmpty && profiles.isEmpty && trainings.isEmpty }

  static func += (files: inout NamedFiles, others: NamedFiles) {
    files.runs += others.runs
    files.profiles += others.profiles
    files.trainings += others.trainings
  }
}

/// The files of runs, profiles and trainings at a path, with a note for what else a directory holds.
func namedFiles(at path: String, note: (String) -> Void) throws -> NamedFiles {
  var files = NamedFiles()
  var errors: [ResultsError] = []
  let found = try jsonFiles(at: path, recursive: false)
  for (name, path) in found.files {
    do throws(ResultsError) {
      switch try ResultStore.readAny(path) {
      case .run(let run): files.runs.append((name, run))
      case .profile(let profile): files.profiles.append((name, path, profile))
      case .training(let training): files.trainings.append((name, path, training))
      }
    } catch {
      guard found.isDirectory else { throw Failure.failed(error.description) }
      errors.append(error)
    }
  }
  if let first = errors.first, files.isEmpty { throw Failure.failed(first.description) }
  for error in errors { note("Left out: \(error)") }
  return files
}

/// The file at a path, or the JSON files of a directory, each with a name for readers.
private func jsonFiles(
  at path: String, recursive: Bool
) throws -> (isDirectory: Bool, files: [(name: String, path: String)]) {
  var status = stat()
  guard stat(path.systemPath, &status) == 0 else {
    throw Failure.usage("There is no file or directory '\(path)'.")
  }
  guard status.st_mode & S_IFMT == S_IFDIR else { return (false, [(FilePath(path).name, path)]) }
  let files = FileManager.default
  let names =
    recursive
    ? files.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    : (try? files.contentsOfDirectory(atPath: path)) ?? []
  let results = names.filter { $0.hasSuffix(".json") && !FilePath($0).name.hasPrefix(".") }
  guard !results.isEmpty else {
    throw Failure.failed("\(path) holds no result; give a directory with files that `bench run` wrote.")
  }
  return (true, results.sorted().map { ($0, "\(path)/\($0)") })
}
