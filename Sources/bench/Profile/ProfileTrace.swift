import Analysis
import Foundation
import Results

/// The trace of a profile, with a process for each pass.
struct ProfileTrace {
  let path: String
  var passes: [PassTrace] = []
  /// In bytes; tests give less room.
  var byteLimit = TraceWriter.byteLimit

  /// More spans than these do not fit in any trace, so no more need to be kept for a pass.
  static let mostSpans = TraceWriter.byteLimit / TraceWriter.fewestBytesOfSlice

  /// Writes the file, and says what it has or why it was not written.
  /// - Returns: whether it was written, or there is nothing to write
  func write(on console: Console) -> Bool {
    guard !passes.isEmpty else { return true }
    do {
      let (file, counts) = try encoded()
      try ResultText.write(file, to: path)
      let steps = zip(passes, counts).map { pass, count in
        let steps = "\(count) of \(pass.stepCount) \(pass.stepCount == 1 ? "step" : "steps")"
        return passes.count == 1 ? steps : "\(steps) of \(pass.label)"
      }
      let size = String(format: "%.1f", Double(file.count) * 1e-6)
      console.note(
        "The trace \(path) has \(steps.joined(separator: " and ")), \(size) MB; open it in ui.perfetto.dev or speedscope."
      )
      return true
    } catch {
      console.note("Error: \(error)")
      return false
    }
  }

  /// The file, and how many steps of each pass it has: whole ones, in turns of the passes, as many as there is room for.
  func encoded() throws -> (file: Data, steps: [Int]) {
    var writer = TraceWriter(passes.map(\.process), byteLimit: byteLimit)
    var counts = passes.map { _ in 0 }
    var unfinished = Array(passes.indices)
    while !unfinished.isEmpty {
      for index in unfinished {
        let pass = passes[index]
        if counts[index] < pass.steps.count, let step = encoded(pass.steps[counts[index]], of: index, for: writer) {
          writer.add(step, of: index)
          counts[index] += 1
        } else if counts[index] == 0, let first = pass.steps.first {
          throw Failure.failed(refusal(of: pass, first.step.spanCount))
        } else {
          unfinished.removeAll { $0 == index }
        }
      }
    }
    return (writer.file, counts)
  }

  /// Nil where there is no room for the step.
  private func encoded(_ step: PassTrace.NumberedStep, of pass: Int, for writer: TraceWriter) -> [UInt8]? {
    guard step.step.spanCount <= writer.room / TraceWriter.fewestBytesOfSlice else { return nil }
    return writer.encoded(passes[pass].shown(step), of: pass)
  }

  private func refusal(of pass: PassTrace, _ spans: Int) -> String {
    "The trace was not written: a step of \(pass.label) has \(spans) spans, too many for "
      + "\(byteLimit / 1_000_000) MB\(passes.count > 1 ? " shared by \(passes.count) passes" : ""); use a smaller "
      + "--batch-size, fewer --threads or a single --pass."
  }
}
