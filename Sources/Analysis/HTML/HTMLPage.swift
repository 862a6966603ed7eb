/// A whole HTML document without any external resource.
struct HTMLPage {
  let title: String
  let subtitle: String
  /// Elements of `main`.
  let body: String
  /// What the page adds to the style and the script of every page.
  let (style, script): (String, String)

  init(_ title: String, subtitle: String = "", body: String, style: String = "", script: String = "") {
    self.title = title
    self.subtitle = subtitle
    self.body = body
    (self.style, self.script) = (style, script)
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
    \(HTMLStyle.text)\(style)</style>
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
    \(HTMLScript.text)\(script)</script>
    </body>
    </html>

    """
  }
}

extension String {
  /// JSON for an element of a page: no text in it can end the element.
  var jsonInHTML: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      if scalar == "<" { text += "\\u003c" } else { text.unicodeScalars.append(scalar) }
    }
  }

  /// The text escaped for element content and for attributes in quotes. Scalars are escaped one by one: with a combining
  /// mark behind it a quote is another character, but the same quote to a parser.
  var htmlEscaped: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      case _ where scalar.isControl: text.unicodeScalars.append("\u{FFFD}")
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
