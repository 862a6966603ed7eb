extension WarningDigest {
  /// A box with each warning and the runs that it concerns; empty where there is none.
  var html: String {
    guard !entries.isEmpty else { return "" }
    let items = entries.map { "<li>\($0.text.htmlEscaped) <span>\(label($0).htmlEscaped)</span></li>" }
    return "<section class=\"warnings\" aria-labelledby=\"warnings\"><h2 id=\"warnings\">Before you trust these numbers"
      + "</h2><ul>\(items.joined())</ul></section>"
  }
}
