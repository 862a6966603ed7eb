import Convolution
import Tensors

/// DeepBench's convolutions: `std::make_tuple(w, h, c, n, k, filter_w, filter_h, pad_w, pad_h, wstride, hstride)` in the
/// initializer lists of C++, or the same eleven numbers on lines of text. A problem is named after its list.
struct DeepBenchList: ProblemListFormat {
  func recognizes(_ file: ProblemListFile) -> Bool {
    if file.text.contains("make_tuple") { return true }
    let first = file.lines.first?.map(\.text).joined(separator: " ") ?? ""
    return first.wholeMatch(of: /[0-9]+(?:[ ,]+[0-9]+)+[ ,]*/) != nil
  }

  func read(_ file: ProblemListFile, batch: Int) throws -> ProblemList {
    var list = ProblemList()
    for entry in file.text.contains("make_tuple") ? tuples(file) : rows(file) {
      do throws(ProblemSyntaxError) {
        let problem = try problem(entry.numbers)
        list.add(NamedProblem(name: entry.name ?? problem.description, problem: problem))
      } catch {
        list.leaveOut("\(file.line(entry.line)): the problem is left out: \(error.description).")
      }
    }
    return list
  }

  private struct Entry {
    let numbers: [Substring]
    let line: Int
    let name: String?
  }

  /// The numbers of each `make_tuple(...)`, which may go over several lines.
  private func tuples(_ file: ProblemListFile) -> [Entry] {
    let text = Self.withoutComments(file.text)
    var (line, place) = (1, text.startIndex)
    var (set, number) = (Substring(), 0)
    // Either the name of a list, or the numbers of a tuple.
    return text.matches(of: /([A-Za-z_][A-Za-z0-9_]*)\s*=\s*\{|make_tuple\s*\(([^()]*)\)/).compactMap { match in
      line += text[place..<match.range.lowerBound].count(where: \.isNewline)
      place = match.range.lowerBound
      if let name = match.1 {
        (set, number) = (name, 0)
        return nil
      }
      number += 1
      return Entry(
        numbers: (match.2 ?? "").split { $0 == "," || $0.isWhitespace }, line: line,
        name: set.isEmpty ? nil : "\(set):\(number)")
    }
  }

  private func rows(_ file: ProblemListFile) -> [Entry] {
    file.lines.map { words in
      let text = Substring(words.map(\.text).joined(separator: " "))
      return Entry(numbers: text.split { $0 == "," || $0 == " " }, line: words[0].line, name: nil)
    }
  }

  private func problem(_ numbers: [Substring]) throws(ProblemSyntaxError) -> ConvolutionProblem {
    let values = numbers.compactMap { Int($0) }
    guard numbers.count == 11, values.count == 11 else {
      throw ProblemSyntaxError(
        description: "a convolution has 11 numbers (w, h, c, n, k, filter_w, filter_h, pad_w, pad_h, wstride, "
          + "hstride), and this has \(values.count)")
    }
    guard values.allSatisfy({ (0...1 << 24).contains($0) }) else {
      throw ProblemSyntaxError(description: "a number is above 16777216 or negative")
    }
    let problem = ConvolutionProblem(
      batch: values[3], input: ImageShape(height: values[1], width: values[0], channels: values[2]),
      outputChannels: values[4], kernel: .init(values[6], values[5]), stride: .init(values[10], values[9]),
      padding: .init(top: values[8], bottom: values[8], left: values[7], right: values[7]))
    if let reason = problem.reasonInvalid ?? problem.reasonAbsurd { throw ProblemSyntaxError(description: reason) }
    return problem
  }

  /// The text with its comments blanked, line ends kept.
  private static func withoutComments(_ text: String) -> String {
    text.replacing(/\/\/[^\r\n]*|\/\*[\s\S]*?\*\//) { match in
      String(repeating: "\n", count: match.output.count(where: \.isNewline))
    }
  }
}
