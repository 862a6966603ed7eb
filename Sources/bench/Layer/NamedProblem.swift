import Convolution
import Terms

/// A convolution problem with a name for readers.
struct NamedProblem: Equatable {
  /// The name, such as `vgg16:conv3_2`; the text of the problem where it has no other name.
  let name: String
  let problem: ConvolutionProblem
  /// How many layers of a network have it.
  var count = 1
  /// The directions that are measured.
  var directions = Direction.allCases
}

extension NamedProblem {
  /// The line of a list that `PlainList` reads as this.
  var listed: String {
    if name == problem.description, count == 1 { return name }
    let words = name.map { $0.isWhitespace || $0 == "#" ? "_" : $0 }
    return "\(problem) \(String(words))" + (count == 1 ? "" : "*\(count)")
  }
}

extension [NamedProblem] {
  /// Each problem once, under the first of its names, with the sum of its counts.
  var once: [NamedProblem] {
    var indices: [ConvolutionProblem: Int] = [:]
    return reduce(into: []) { result, named in
      if let index = indices[named.problem] {
        result[index].count += named.count
      } else {
        indices[named.problem] = result.count
        result.append(named)
      }
    }
  }
}
