import Convolution

/// The problems that a file has.
struct ProblemList {
  private(set) var problems: [NamedProblem] = []
  /// A sentence for each problem that cannot be taken; the others are.
  private(set) var leftOut: [String] = []
  /// Sentences about what is ignored.
  var notes: [String] = []

  /// Adds a problem. Under the same name it is taken only once, in all directions that are asked for.
  mutating func add(_ named: NamedProblem) {
    guard let index = indices[Key(name: named.name, problem: named.problem)] else {
      indices[Key(name: named.name, problem: named.problem)] = problems.count
      problems.append(named)
      return
    }
    problems[index].directions += named.directions.filter { !problems[index].directions.contains($0) }
  }

  /// Notes a problem that cannot be taken. A file that is read several times says it once.
  mutating func leaveOut(_ sentence: String) {
    if seen.insert(sentence).inserted { leftOut.append(sentence) }
  }

  private var seen = Set<String>()

  private struct Key: Hashable {
    let name: String
    let problem: ConvolutionProblem
  }

  private var indices: [Key: Int] = [:]
}

/// A manner of writing lists of problems.
protocol ProblemListFormat: Sendable {
  /// Whether a file is written so, by its content.
  func recognizes(_ file: ProblemListFile) -> Bool
  /// - Parameter batch: the batch size of problems that are layers of a model
  /// - Throws: `Failure` with the path and the line of what is no problem
  func read(_ file: ProblemListFile, batch: Int) throws -> ProblemList
}

extension ProblemList {
  /// Every format; the last one takes what no other recognises.
  private static let formats: [any ProblemListFormat] = [DeepBenchList(), BenchdnnList(), PlainList()]

  /// Reads a file of any format.
  static func read(_ path: String, batch: Int) throws -> ProblemList {
    let file = try ProblemListFile(path)
    let format = formats.first { $0.recognizes(file) } ?? PlainList()
    let list = try format.read(file, batch: batch)
    guard !list.problems.isEmpty else {
      throw Failure.usage(
        list.leftOut.isEmpty
          ? "\(path) has no problem; write one on each line."
          : "\(path) has no problem that can be taken: \(list.leftOut[0])")
    }
    return list
  }
}
