import Foundation
import Results
import Testing

@testable import Analysis

@Suite struct ProfileReportTests {
  private func html(_ change: (inout ProfileRecord) -> Void = { _ in }) -> String {
    var file = profileFile
    change(&file.records[0])
    return ProfileReport([("p.json", file)]).html
  }

  private func titles(_ html: String) -> [String] {
    html.matches(of: /<figcaption><b>(.*?)<\/b>/).map { String($0.1) }
  }

  private static let all = [
    "The step by kind of operation", "Layers against their bounds", "What the threads do in each layer",
    "One step, thread by thread", "Roofline of layers", "Roofline of phases",
  ]

  @Test func pageHasEveryChart() {
    let html = html()
    #expect(titles(html) == Self.all)
    #expect(html.contains("forward-backward, batch 1, 224 x 224 pixels, 2 threads, avx2, back end auto"))
    #expect(html.contains("95 % interval 1.0 % to 3.0 %") && !html.contains("Before you trust"))
    // Two layers with products, and two phases.
    #expect(html.components(separatedBy: "<circle").count - 1 == 4)
  }

  @Test func pageHasThePartsThatTheRecordHas() {
    #expect(titles(html { $0.timeline = nil }) == Self.all.filter { !$0.contains("thread by thread") })
    let unbounded = html { record in
      record.bounds = nil
      for index in record.layers.indices { (record.layers[index].bound, record.layers[index].boundTime) = (nil, nil) }
    }
    #expect(titles(unbounded) == Array(Self.all.prefix(4)) && unbounded.contains("no bound known"))
    let plain = html { record in for index in record.layers.indices { record.layers[index].phases = [] } }
    #expect(titles(plain) == Self.all.filter { $0 != Self.all[2] && $0 != Self.all[5] })
    #expect(titles(html { $0.layers = [] }) == ["One step, thread by thread"])
  }

  /// What a tooltip says: operations, bytes, rates and the share of the bound.
  @Test func barsSayWhatTheyAre() {
    let html = html()
    #expect(
      html.contains(
        """
        conv1, forward: 6 ms, 60.0 % of the step
        bound 2 ms by compute, 33.3 % of it reached
        0.4 GFLOP executed (0.4 direct)
        19.1 MiB of tensors (19.1 moved)
        66.7 GFLOP/s, 3.33 GB/s
        convolution, direct, register tiles, n1c3h224w224k64r3s3u1p1
        """))
    #expect(html.contains("conv1, forward\nproducts: 4 ms, 66.7 %"))
    #expect(html.contains("L2 200 GB/s</text>") && html.contains("memory 20 GB/s</text>"))
  }

  @Test func longListsAreFolded() {
    let html = html { record in
      record.layers = (0..<100).map { index in
        var layer = record.layers[0]
        layer.name = "conv\(index)"
        return layer
      }
    }
    #expect(html.components(separatedBy: "<summary>The other 60 layers").count - 1 == 2)
  }

  /// A name from a file is escaped, in the script's data too, whatever it contains.
  @Test func namesAreEscaped() throws {
    let html = html { record in
      record.model = "<script>alert(1)</script>"
      record.backend = "<b>bold"
      record.layers[0].name = "</script><script>alert(2)</script><!--"
      record.layers[1].kind = "\"><img>"
      record.layers[1].algorithm = "a&b<i>"
    }
    for broken in ["<script>alert", "<b>bold", "<img", "<i>", "<!--"] { #expect(!html.contains(broken), "\(broken)") }
    let data = try #require(html.firstMatch(of: /<script type="application\/json">(.*?)<\/script>/))
    let object = try JSONSerialization.jsonObject(with: Data(data.1.utf8)) as? [String: Any]
    #expect((object?["names"] as? [String])?.first == "</script><script>alert(2)</script><!--")
  }

  /// Impossible numbers neither stop the program nor reach the page.
  @Test func numbersStayFinite() {
    let html = html { record in
      record.step = 0
      record.layers[0].time = 0
      record.layers[1].phases[0].time = 0
      record.layers[2].phases = []
      record.bounds?.peak = 0
      record.timeline?.threads[0][1].layer = 99
      record.threads = []
    }
    for word in ["nan", "inf", "\"-inf"] { #expect(!html.contains("\(word)%") && !html.contains("\"\(word)")) }
  }

  @Test func warningsComeFirst() {
    let html = html { record in
      record.verification = .skipped
      record.overhead = ProfileRecord.Overhead(ratio: 1.2, low: 1.1, high: 1.3)
      record.threads[0].preempted = 0.005
    }
    for words in ["leave out --no-verify", "20.0 % longer", "on the cores for 25.5 %"] {
      #expect(html.contains(words), "\(words)")
    }
  }

  @Test func pageNeedsNothingElse() {
    let html = html().replacing("http://www.w3.org/2000/svg", with: "")
    for external in ["http:", "https:", "src=", "url(", "@import"] { #expect(!html.contains(external), "\(external)") }
    let charts = html.components(separatedBy: "role=\"img\"").count - 1
    #expect(html.components(separatedBy: "<desc id=").count - 1 == charts && charts == 6)
    let ids = html.matches(of: /\sid="(.*?)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
  }

  @Test func severalPassesHaveContents() {
    let html = ProfileReport([("a", profileFile), ("b", profileFile)]).html
    #expect(html.contains("<a href=\"#p1\">") && html.contains("<h2 id=\"p1\">"))
    #expect(titles(html).count == 12)
  }

  @Test func tablesAreAsRecorded() throws {
    try expectGolden(TextRenderer().render(ProfileReport([("p.json", profileFile)]).tables), "profile.txt")
  }
}
