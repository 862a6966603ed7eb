import Results

/// Shows the loss of each step of a training, and its moving average.
struct LossChart: Chart {
  let record: TrainingRecord
  /// The moving average after each step, with decay 0.9 from the first step of the run on.
  private let averages: [Double]

  init(_ record: TrainingRecord) {
    self.record = record
    var average: Double?
    averages = record.losses.map { loss in
      average = average.map { 0.9 * $0 + 0.1 * loss } ?? loss
      return average!
    }
  }

  var title: String { "Loss" }
  var explanation: String {
    "Loss against step, weight decay included; the line is a moving average with decay 0.9."
      + (record.losses.count > ThinnedSteps.most
        ? " Of each stretch of steps only the smallest and the largest loss are drawn." : "")
  }
  var description: String {
    "from \(record.losses.first?.label ?? "none") at step \(record.firstStep) to \(record.losses.last?.label ?? "none") "
      + "at step \(lastStep)"
  }
  let height = 260.0

  private var lastStep: Int { record.firstStep + record.losses.count - 1 }

  var body: String {
    let scale = Scale(around: record.losses)
    let (upper, lower) = (12.0, 224.0)
    func y(_ value: Double) -> Double { lower - (lower - upper) * scale.percent(value) / 100 }
    func x(_ step: Int) -> Double {
      record.losses.count < 2 ? 53 : 8 + 91 * Double(step) / Double(record.losses.count - 1)
    }
    let grid = scale.ticks().map { tick in
      SVG.line(8, y(tick), 100, y(tick), "grid") + SVG.text(tick.label, 7, y(tick) + 4, .end, "muted")
    }
    let steps = ThinnedSteps(record.losses).steps
    let points = steps.map { step in
      SVG.dot(
        x(step), y(record.losses[step]), radius: 2.6, "dot",
        title: "step \(record.firstStep + step): \(record.losses[step].label)")
    }
    let line = zip(steps, steps.dropFirst()).map { first, second in
      SVG.line(x(first), y(averages[first]), x(second), y(averages[second]), "middle")
    }
    return "<g class=\"\(colourClass(0))\">" + grid.joined() + points.joined() + line.joined()
      + SVG.text("step \(record.firstStep)", 8, lower + 24, .start, "muted")
      + SVG.text("\(lastStep)", 99, lower + 24, .end, "muted") + "</g>"
  }
}
