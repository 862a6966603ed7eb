import Analysis
import Convolution

/// The tables of what `bench layer` has measured so far.
final class LayerReport {
  let problems: [NamedProblem]
  let baseline: String?
  let context: ExecutionContext
  let peak: Double
  unowned let session: Session
  var runs: [LayerRun] = []

  init(problems: [NamedProblem], baseline: String?, context: ExecutionContext, peak: Double, session: Session) {
    (self.problems, self.baseline, self.context) = (problems, baseline, context)
    (self.peak, self.session) = (peak, session)
  }

  func print(on console: Console, with renderer: any Renderer) {
    guard !runs.isEmpty else { return }
    let title =
      (problems.count == 1 ? "\(problems[0].problem)" : "\(problems.count) problems")
      + ", \(context.pool.count) thread\(context.pool.count == 1 ? "" : "s"), \(context.kernels.name)"
    let table = LayerRun.table(
      runs, title: title, baseline: baseline, peak: peak,
      warnings: ContextWarning.circumstances(session.circumstancesNow, threads: context.pool.count))
    console.print(problems.count == 1 ? [table] : [table, LayerRun.fastest(runs)], with: renderer)
  }
}
