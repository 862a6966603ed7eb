import Testing

@testable import Analysis
@testable import Profiles

@Suite struct FlameGraphPageTests {
  /// Two operations, of which one has a function with a name that is no HTML.
  private static let stacks = {
    var notes = ProfileNotes()
    notes.operations = ["conv1", "conv2"].map { ProfiledOperation(pass: "forward", layer: $0, phase: "forward") }
    notes.ticks = [.init(address: 0x1010, label: 1): 3, .init(address: 0x1040, label: 2): 1]
    notes.command = "bench vgg16 --cpu-profile a&b"
    notes.processorTime = 0.05
    return Stacks(
      Profile(
        period: 10_000,
        samples: [.init(count: 3, addresses: [0x1010]), .init(count: 1, addresses: [0x1040])],
        mappings: [Mapping(addresses: 0x1000..<0x2000, offset: 0, path: "/x/lib<!--a.so")], notes: notes))
  }()

  @Test func pageIsSelfContained() {
    let page = FlameGraph(Self.stacks, notes: ["bench < has changed."]).html
    for outside in ["http:", "https:", "src=", "@import", "url("] { #expect(!page.contains(outside), "\(outside)") }
    #expect(page.contains("4 samples, 100 for each second of processor time: 0.04 of the 0.05 s"))
    #expect(page.contains("<p>bench vgg16 --cpu-profile a&amp;b</p>"))
    #expect(page.contains("<li>bench &lt; has changed.</li>"))
    // Names are no HTML, neither in the tables nor in the data, where `<!--` would change what ends the script.
    #expect(!page.contains("lib<") && page.contains("lib&lt;!--a.so") && page.contains("lib\\u003c!--a.so"))
    #expect(page.contains("\"conv1 forward\",\"lib"))
  }

  @Test func tablesHaveOperationsAndFunctions() throws {
    let tables = FlameGraphTables(Self.stacks)
    try expectGolden(TextRenderer().render([tables.operations, tables.functions]), "flamegraph.txt")
    try expectGolden(Self.stacks.folded, "flamegraph.folded")
  }
}
