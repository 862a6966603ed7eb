import Analysis
import Convolution
import Foundation
import Networks
import Terms

/// The verification of a library's plans for a pass of `bench verify`: a row for each, also for one that crashes.
struct PluginKernels {
  let table: Table
  let passed: Bool

  /// - Returns: nil where no plan is a library's
  init?(
    _ file: ReferenceFile, _ pass: Pass, _ choice: BackendChoice, _ plugins: Plugins, in context: ExecutionContext
  ) throws {
    guard !plugins.isEmpty else { return nil }
    let program = try Program.planned(
      file.layers, pass, batch: file.batch, choice: choice, in: context, seed: 1, label: file.network.name)
    var (rows, outcomes): ([[Table.Cell]], [Table.Outcome]) = ([], [])
    for assignment in program.assignments {
      let request = assignment.request.asVerified
      guard let outcome = try plugins.verify(assignment.backend, request) else { continue }
      var (error, allowed) = (Table.Cell.missing, Table.Cell.missing)
      if case .verdict(let verdict) = outcome {
        error = .text(String(format: "%.1e", verdict.relativeL2))
        allowed = .text(String(format: "%.1e", verdict.allowedL2))
      }
      let complaints = outcome.complaints.joined(separator: "; ")
      rows.append([
        .text(assignment.layer), .text(request.problem.description), .text(request.direction.description),
        .text(assignment.backend), error, allowed, .text(complaints.isEmpty ? "ok" : complaints),
      ])
      outcomes.append(complaints.isEmpty ? .passed : .failed(complaints + "."))
    }
    guard !rows.isEmpty else { return nil }
    passed = outcomes.allSatisfy { $0 == .passed }
    table = Table(
      "Plans of shared libraries, \(pass.rawValue)",
      columns: [
        .init("layer"), .init("problem"), .init("direction"), .init("back end"), .init("relative L2 error"),
        .init("allowed"), .init("verdict"),
      ], rows: rows, notes: passed ? [] : ["The network was not run: its result would mean nothing."],
      outcomes: outcomes)
  }
}
