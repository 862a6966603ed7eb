import Kernels

/// How the units of a correlation (register tiles of all lines) x its panels are divided among the workers.
///
/// Rows first: a worker that owns all panels of its pixels reads each pixel once. Where that leaves workers idle, as on
/// small images, the panels are divided, too.
struct WorkGrid: Sendable {
  let units: Int
  let panels: Int
  let unitParts: Int
  let panelParts: Int

  /// - Parameter prefersPanels: whether, for equal balance, the filter weighs more than the source.
  init(units: Int, panels: Int, workers: Int, prefersPanels: Bool) {
    self.units = units
    self.panels = panels
    var best = (load: Int.max, parts: 1)
    for parts in 1...workers {
      let across = workers / parts
      let load = units.dividedRoundingUp(by: parts) * panels.dividedRoundingUp(by: across)
      if load < best.load || (load == best.load && !prefersPanels) { best = (load, parts) }
    }
    unitParts = best.parts
    panelParts = workers / best.parts
  }

  /// The part of a worker, which is empty where there are more workers than parts.
  func share(of worker: Int) -> (units: Range<Int>, panels: Range<Int>) {
    let (part, across) = worker.quotientAndRemainder(dividingBy: panelParts)
    guard part < unitParts else { return (0..<0, 0..<0) }
    return (
      units * part / unitParts..<units * (part + 1) / unitParts,
      panels * across / panelParts..<panels * (across + 1) / panelParts
    )
  }
}
