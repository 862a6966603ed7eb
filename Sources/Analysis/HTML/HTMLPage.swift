/// A whole HTML document without any external resource.
struct HTMLPage {
  let title: String
  let subtitle: String
  /// Elements of `main`.
  let body: String

  init(_ title: String, subtitle: String = "", body: String) {
    self.title = title
    self.subtitle = subtitle
    self.body = body
  }

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="data:,">
    <title>\(title.htmlEscaped)</title>
    <style>
    \(HTMLStyle.text)</style>
    </head>
    <body>
    <header>
    <h1>\(title.htmlEscaped)</h1>
    \(subtitle.isEmpty ? "" : "<p>\(subtitle.htmlEscaped)</p>")
    </header>
    <main>
    \(body)
    </main>
    <script>
    \(HTMLScript.text)</script>
    </body>
    </html>

    """
  }
}

extension String {
  /// The text escaped for element content and for attributes in double quotes.
  var htmlEscaped: String {
    reduce(into: "") { text, character in
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      default: text.append(character)
      }
    }
  }
}
