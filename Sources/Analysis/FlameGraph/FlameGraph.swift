import Foundation
import Profiles

/// A CPU profile as a page: a flame graph that can be searched and enlarged, and its tables.
package struct FlameGraph {
  private let stacks: Stacks
  private let notes: [String]

  /// - Parameter notes: sentences about the profile
  package init(_ stacks: Stacks, notes: [String] = []) {
    self.stacks = stacks
    self.notes = notes
  }

  package var html: String {
    let tables = FlameGraphTables(stacks)
    let body = """
      \(warnings)<figure>
      <figcaption><b id="flame-title">Where the processor time went</b>
      <span>\(stacks.summary.htmlEscaped) \(explanation)</span></figcaption>
      <div class="flame-tools">
      <label>Search <input id="flame-search" type="search" autocomplete="off" spellcheck="false"></label>
      <button id="flame-reset" type="button">Show all</button>
      <output id="flame-found" for="flame-search"></output>
      </div>
      <ul class="legend"><li class="c3">operation</li><li class="c0">kernel</li><li class="c2">Swift around kernels</li>\
      <li class="c7">library</li></ul>
      <div id="flame" role="tree" aria-labelledby="flame-title" aria-describedby="flame-keys"></div>
      <p id="flame-detail" aria-live="polite">&nbsp;</p>
      <p id="flame-keys" class="flame-keys">Click a box, or press Enter, to enlarge it; Escape shows all. Arrow keys go to \
      callers, callees and neighbours; / searches.</p>
      <noscript><p>The picture needs scripts; the tables do not.</p></noscript>
      </figure>
      \(HTMLTable(tables.operations).html)
      \(HTMLTable(tables.functions).html)
      <script type="application/json" id="flame-data">\(data)</script>
      """
    return HTMLPage(
      "CPU profile", subtitle: stacks.command ?? "", body: body, style: FlameGraphStyle.text,
      script: FlameGraphScript.text
    ).html
  }

  private var explanation: String {
    "Each box is a function; it is as wide as its samples are many, and stands below its caller."
      + (stacks.operations.isEmpty ? "" : " The first boxes are the operations of the network.")
  }

  private var warnings: String {
    guard !notes.isEmpty else { return "" }
    let items = notes.map { "<li>\($0.htmlEscaped)</li>" }
    return "<section class=\"warnings\"><ul>\(items.joined())</ul></section>\n"
  }

  /// The tree as nested lists [name, kind, samples, children], with an index into a list of names for each name.
  private var data: String {
    var names: [String: Int] = [:]
    func list(_ node: StackTree.Node) -> [Any] {
      let index = names[node.name] ?? names.count
      names[node.name] = index
      return [index, node.kind.rawValue, node.samples, node.children.map(list)]
    }
    let tree = list(StackTree(stacks).root)
    let object: [String: Any] = ["names": names.sorted { $0.value < $1.value }.map(\.key), "tree": tree]
    let json = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    // A name with `</script>` would end the element.
    return String(decoding: json ?? Data(), as: UTF8.self).jsonInHTML
  }
}
