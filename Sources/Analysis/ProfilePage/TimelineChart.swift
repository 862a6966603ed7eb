import Foundation
import Results
import Terms

/// Shows what each thread did in one step. The script of the page zooms into it and names what is under the pointer.
struct TimelineChart: Chart {
  private let timeline: ProfileTimeline
  private let layers: [ProfileLayer]
  private let threads: [ProfileRecord.ThreadTime]
  private let kinds: [String: Int]
  /// The operations as worker 0 ran them.
  private let operations: [ProfileTimeline.Slice]

  /// Returns nil where the record has no timeline.
  init?(_ record: ProfileRecord) {
    guard let timeline = record.timeline, timeline.step > 0, let caller = timeline.threads.first, !caller.isEmpty else {
      return nil
    }
    self.timeline = timeline
    (layers, threads) = (record.layers, record.threads)
    kinds = Dictionary(
      ProfileKind.all(layers).enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    operations = caller.reduce(into: []) { operations, slice in
      if let last = operations.last, last.layer == slice.layer {
        operations[operations.count - 1].duration = slice.begin + slice.duration - last.begin
      } else {
        operations.append(slice)
      }
    }
  }

  var title: String { "One step, thread by thread" }
  var explanation: String {
    "The last profiled step. Operations have the colours of their kinds above, and what threads do those of the "
      + "phases. What is shorter than 1/4000 of the step is drawn as its neighbour. Drag over a part to see it "
      + "larger; or use the buttons, or the arrow keys, + and - while the picture has the focus."
  }
  var description: String {
    threads.enumerated().map { index, thread in
      "thread \(index): \(share(thread.busy)) busy, \(share(thread.waiting)) waiting, \(share(thread.idle)) idle"
    }.joined(separator: "; ")
  }
  var keys: [(name: String, kind: String)] {
    let present = Set(timeline.threads.joined().map(\.activity))
    return ThreadActivity.allCases.filter(present.contains).map { ($0.description, $0.colourClass) }
  }

  private static let (first, pitch, thickness) = (18.0, 46.0, 24.0)
  private var bottom: Double { Self.first + Double(timeline.threads.count + 1) * Self.pitch - 16 }
  var height: Double { bottom + 20 }

  var body: String {
    let labels = timeline.threads.indices.map { index in
      SVG.text("thread \(index)", 0, top(index + 1) - 5, .start, "name", remark: remark(index))
    }
    // The inner picture alone is stretched, so that its text is not.
    return labels.joined() + """
      <svg class="slices" x="0" y="0" width="100%" height="\(bottom.short)" viewBox="0 0 100000 \(bottom.short)" \
      preserveAspectRatio="none">
      \(operationPaths)\(timeline.threads.enumerated().map(threadPaths).joined())
      </svg>
      <g class="names"></g><g class="ticks">\(axis)</g>
      """
  }

  /// The step from 0 to its end, until the script draws its own axis.
  private var axis: String {
    SVG.text("0", 0, bottom + 15, .start, "muted")
      + SVG.text("\((timeline.step * 1e3).threeDigits) ms", 100, bottom + 15, .end, "muted")
  }

  private func remark(_ index: Int) -> String {
    guard threads.indices.contains(index) else { return "" }
    return "\(share(threads[index].busy)) busy in the mean step"
  }

  private func share(_ time: Double) -> String {
    let thread = threads.first.map { $0.busy + $0.waiting + $0.idle } ?? 0
    return (thread > 0 ? time / thread : 0).percent
  }

  private func top(_ track: Int) -> Double { Self.first + Double(track) * Self.pitch }

  /// One path for each colour, because elements for every slice would be slow. Neighbours differ in shade.
  private var operationPaths: String {
    var paths: [String: [String]] = [:]
    for (index, operation) in operations.enumerated() {
      guard let layer = layer(operation) else { continue }
      let colour = StackedChart.kindClass(kinds[layer.kind.isEmpty ? "other" : layer.kind] ?? 7)
      paths["\(colour) h\(index % 2)", default: []].append(rectangle(operation, track: 0))
    }
    return text(paths)
  }

  private func threadPaths(_ index: Int, _ slices: [ProfileTimeline.Slice]) -> String {
    text(
      Dictionary(grouping: slices, by: \.activity.colourClass).mapValues { slices in
        slices.map { rectangle($0, track: index + 1) }
      })
  }

  private func text(_ paths: [String: [String]]) -> String {
    paths.sorted { $0.key < $1.key }.map { "<path class=\"slice \($0)\" d=\"\($1.joined())\"/>" }.joined(
      separator: "\n")
  }

  private func rectangle(_ slice: ProfileTimeline.Slice, track: Int) -> String {
    let (x, width) = (1e5 * slice.begin / timeline.step, 1e5 * slice.duration / timeline.step)
    return "M\(x.short) \(top(track).short)h\(width.short)v\(Self.thickness.short)h\((-width).short)z"
  }

  private func layer(_ slice: ProfileTimeline.Slice) -> ProfileLayer? {
    slice.layer.flatMap { layers.indices.contains($0) ? layers[$0] : nil }
  }
}

extension TimelineChart {
  /// The chart with its buttons, and the slices for the script.
  func interactive(id: String) -> String {
    let buttons = [
      ("in", "Zoom in"), ("out", "Zoom out"), ("earlier", "Earlier"), ("later", "Later"), ("all", "Whole step"),
    ]
    let tools = buttons.map { "<button type=\"button\" data-do=\"\($0)\">\($1)</button>" }.joined()
    return html(id: id)
      .replacing("<figure id=", with: "<figure class=\"timeline\" id=")
      .replacing(
        "<svg width=\"100%\"",
        with: "<div class=\"tools\">\(tools)</div>\n<div class=\"view\" tabindex=\"0\" role=\"group\" "
          + "aria-label=\"\(title)\">\n<svg width=\"100%\"", maxReplacements: 1
      )
      .replacing(
        "</figure>",
        with: "</div>\n<output aria-live=\"polite\">Point at the picture to read what it shows.</output>\n"
          + "<script type=\"application/json\">\(data)</script>\n</figure>")
  }

  private struct Data: Encodable {
    let step: Double
    let layers: [String]
    /// The layers without their directions, for narrow places.
    let names: [String]
    let activities: [String]
    let tracks: [Track]

    struct Track: Encodable {
      let top: Double
      let begin: [Double]
      /// Index of the layer, -1 for none.
      let layer: [Int]
      /// Index of the activity, -1 in the track of operations.
      let activity: [Int]
    }
  }

  /// Times in microseconds.
  private var data: String {
    let activities = ThreadActivity.allCases
    let index = Dictionary(uniqueKeysWithValues: activities.enumerated().map { ($1, $0) })
    func track(_ slices: [ProfileTimeline.Slice], _ number: Int) -> Data.Track {
      Data.Track(
        top: top(number), begin: slices.map { ($0.begin * 1e7).rounded() / 10 },
        layer: slices.map { layer($0) == nil ? -1 : $0.layer ?? -1 },
        activity: slices.map { number == 0 ? -1 : index[$0.activity] ?? -1 })
    }
    let data = Data(
      step: timeline.step * 1e6, layers: layers.map(\.label), names: layers.map(\.name),
      activities: activities.map(\.description),
      tracks: [track(operations, 0)] + timeline.threads.enumerated().map { track($1, $0 + 1) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = (try? encoder.encode(data)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    // No text can end the element.
    return json.jsonInHTML
  }
}
