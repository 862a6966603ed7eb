extension Unicode.Scalar {
  /// Whether it controls a terminal or the direction of text instead of being shown: a reader would not see what is
  /// written. Line ends and tabs are left to who writes lines.
  package var isControl: Bool {
    switch value {
    case 0x09, 0x0a, 0x0d: false
    case 0..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
    default: false
    }
  }
}

extension String {
  /// One line of a terminal: what would move the cursor, colour or hide text is shown as a replacement.
  package var onOneLine: String {
    var text = ""
    for scalar in unicodeScalars {
      let isShown = !scalar.isControl && !["\n", "\r", "\t"].contains(scalar)
      text.unicodeScalars.append(isShown ? scalar : scalar == "\t" ? " " : "\u{FFFD}")
    }
    return text
  }
}
