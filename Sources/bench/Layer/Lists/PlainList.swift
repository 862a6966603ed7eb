/// The suite's own lists. A line has a problem or a layer, `n16c64h224k64r3p1` or `vgg16:conv3_2`, and may have a name
/// behind it; `*3` at the end of the name is how many layers have the problem. `#` begins a comment.
struct PlainList: ProblemListFormat {
  func recognizes(_ file: ProblemListFile) -> Bool { true }

  func read(_ file: ProblemListFile, batch: Int) throws -> ProblemList {
    var list = ProblemList()
    for words in file.lines {
      let line = words[0].line
      do {
        // A comment may follow without a blank.
        let texts = words.map(\.text).joined(separator: " ").prefix { $0 != "#" }.split(separator: " ").map(String.init)
        guard texts.count <= 2 else {
          throw Failure.usage("'\(texts[2])' is one word too many; a line has a problem and at most a name.")
        }
        list.add(try named(LayerProblems.one(texts[0], batch: batch), texts.count == 2 ? texts[1] : nil))
      } catch let failure as Failure {
        throw Failure.usage("\(file.line(line)): \(failure)")
      }
    }
    return list
  }

  private func named(_ problem: NamedProblem, _ label: String?) throws -> NamedProblem {
    guard let label else { return problem }
    guard let match = label.wholeMatch(of: /(.*)\*([0-9]+)/) else {
      return NamedProblem(name: label, problem: problem.problem)
    }
    guard let count = Int(match.2), (1...1_000_000).contains(count) else {
      throw Failure.usage("The count of '\(label)' must be 1 to 1000000.")
    }
    return NamedProblem(name: match.1.isEmpty ? problem.name : String(match.1), problem: problem.problem, count: count)
  }
}
