import Convolution
import Terms

/// Batch files of oneDNN's benchdnn: `BenchdnnDescriptor` one after the other, options that hold until they are given
/// again, and other files by `--batch=FILE`.
struct BenchdnnList: ProblemListFormat {
  func recognizes(_ file: ProblemListFile) -> Bool {
    guard let first = file.lines.first?.first?.text else { return false }
    return first.hasPrefix("--") || BenchdnnDescriptor.resembles(first)
  }

  func read(_ file: ProblemListFile, batch: Int) throws -> ProblemList {
    var reader = BenchdnnReader()
    try reader.read(file, BenchdnnOptions())
    return reader.finished
  }
}

/// Reads a batch file and those that it names.
private struct BenchdnnReader {
  private var list = ProblemList()
  private var ignored: [(option: String, place: String, count: Int)] = []
  /// The files that are being read, from the first to the one that it has led to.
  private var open: [String] = []

  /// The list, with one note for each option that was ignored.
  var finished: ProblemList {
    var list = list
    list.notes = ignored.map { option, place, count in
      let times = count == 1 ? "" : ", and \(count - 1) more time\(count == 2 ? "" : "s")"
      return "\(place): \(option) is ignored\(times)."
    }
    return list
  }

  /// - Parameter options: those of the file that names this one; what this one changes does not go back
  mutating func read(_ file: ProblemListFile, _ options: BenchdnnOptions) throws {
    guard !open.contains(file.path) else {
      throw Failure.usage("\(open.last ?? ""): --batch=\(FilePath(file.path).name) leads back to \(file.path).")
    }
    open.append(file.path)
    defer { open.removeLast() }
    var options = options
    for word in Self.words(of: file) {
      let place = file.line(word.line)
      guard word.text.hasPrefix("-") else {
        try add(word.text, options, at: place)
        continue
      }
      if word.text.hasPrefix("--batch=") {
        try read(ProblemListFile(Self.path(String(word.text.dropFirst(8)), namedBy: file)), options)
        continue
      }
      do {
        guard try !options.take(word.text) else { continue }
      } catch { throw Failure.usage("\(place): \(error.description)") }
      let option = String(word.text.prefix { $0 != "=" })
      if let index = ignored.firstIndex(where: { $0.option == option }) {
        ignored[index].count += 1
      } else {
        ignored.append((option, place, 1))
      }
    }
  }

  private mutating func add(_ text: String, _ options: BenchdnnOptions, at place: String) throws {
    if let driver = options.foreignDriver {
      return list.leaveOut("\(place): \(text) is left out: it is a problem of \(driver), not of --conv.")
    }
    for batch in options.batches ?? [nil] {
      do throws(BenchdnnDescriptor.Failure) {
        let descriptor = try BenchdnnDescriptor(parsing: text, batch: batch)
        list.add(
          NamedProblem(
            name: descriptor.name ?? descriptor.problem.description, problem: descriptor.problem,
            count: descriptor.count, directions: options.directions ?? Direction.allCases))
      } catch {
        switch error {
        case .unsupported(let reason): list.leaveOut("\(place): \(text) is left out: \(reason).")
        case .malformed(let reason):
          throw Failure.usage("\(place): '\(text)' is no problem of benchdnn: \(reason).")
        }
      }
    }
  }

  /// The words, where a backslash behind one, or between two, joins it to the next.
  private static func words(of file: ProblemListFile) -> [ProblemListFile.Word] {
    var (words, goesOn) = ([ProblemListFile.Word](), false)
    for var word in file.lines.joined() {
      let endsOpen = word.text.hasSuffix("\\")
      if endsOpen { word.text.removeLast() }
      if goesOn || word.text.isEmpty, !words.isEmpty {
        words[words.count - 1].text += word.text
      } else {
        words.append(word)
      }
      goesOn = endsOpen
    }
    return words
  }

  /// A file that another one names stands beside it.
  private static func path(_ name: String, namedBy file: ProblemListFile) -> String {
    name.hasPrefix("/") ? name : FilePath(file.path).sibling(name)
  }
}
