extension SwiftSymbol {
  /// The name of the function in a demangled text, with its module and types and without everything else:
  /// `Kernels.WinogradKernels.multiply`.
  static func declaration(_ text: String) -> String {
    // `closure #1 (Swift.Int) -> () in f(x:)`, `generic specialization <...> of f(x:)`: the last name is the function's.
    let words = Self.words(of: text)
    let conformance = words.firstIndex(of: "conformance") ?? words.endIndex
    let subject = conformance < words.endIndex ? words[..<(conformance - 1)] : words[...]
    let start = subject.lastIndex { ["in", "of", "for"].contains($0) }.map { $0 + 1 } ?? 0
    let name = subject[start...].first { !Self.adjectives.contains(String($0)) } ?? Substring(text)
    return plain(name)
  }

  private static let adjectives: Set<String> = ["static", "merged", "@objc"]

  /// The words of a text; those in brackets belong to the word that the bracket is part of.
  private static func words(of text: String) -> [Substring] {
    var (words, depth, start): ([Substring], Int, String.Index) = ([], 0, text.startIndex)
    var previous: Character = " "
    for index in text.indices {
      let character = text[index]
      if "(<[".contains(character) { depth += 1 }
      // The head of an arrow is no bracket.
      if ")]".contains(character) || character == ">" && previous != "-" { depth -= 1 }
      if character == " ", depth == 0 {
        if start < index { words.append(text[start..<index]) }
        start = text.index(after: index)
      }
      previous = character
    }
    if start < text.endIndex { words.append(text[start...]) }
    return words
  }

  /// A name without `(extension in M):`, without the file of a private name, generic parameters and arguments.
  private static func plain(_ name: Substring) -> String {
    var (plain, rest) = ("", name)
    while let character = rest.first {
      guard character == "(" || character == "<" else {
        plain.append(character)
        rest.removeFirst()
        continue
      }
      let bracket = Self.bracket(rest)
      rest = rest[bracket.endIndex...]
      if bracket.hasPrefix("(extension in ") {
        rest = rest.drop { $0 == ":" }
      } else if let own = bracket.firstMatch(of: /^\((\S+) in _[0-9A-F]+\)$/) {
        plain += own.1
      } else if rest.first != "." {
        break
      }
    }
    return plain
  }

  /// The beginning of a text up to the end of its first bracket.
  private static func bracket(_ text: Substring) -> Substring {
    var (depth, previous): (Int, Character) = (0, " ")
    for index in text.indices {
      let character = text[index]
      if "(<[".contains(character) { depth += 1 }
      if ")]".contains(character) || character == ">" && previous != "-" { depth -= 1 }
      if depth == 0 { return text[...index] }
      previous = character
    }
    return text
  }
}
