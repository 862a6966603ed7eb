import Analysis
import Convolution
import Foundation
import Tensors
import Terms

/// Checks one back end of a library after the other on a list of problems.
struct PluginCheck {
  let plugins: Plugins
  let problems: [ConvolutionProblem]
  let seed: UInt64
  let console: Console

  /// So many wrong requests of one kind are printed.
  private static let mostRows = 5

  /// A row for each direction, and for each request that is wrong.
  /// - Parameter library: as the user named it
  func table(_ backend: PluginBackend, of library: String) throws -> Table {
    var rows: [(cells: [Table.Cell], outcome: Table.Outcome)] = []
    var refusals: [String] = []
    for direction in Direction.allCases {
      console.note("\(backend.name) \(direction): \(problems.count) problem\(problems.count == 1 ? "" : "s").")
      let taken = problems.filter { backend.reasonUnsupported($0, direction) == nil }
      if taken.isEmpty, let first = problems.first, let reason = backend.reasonUnsupported(first, direction) {
        refusals.append("\(direction): none of the problems is supported; for \(first): \(reason)")
      }
      let requests = taken.flatMap { Self.requests($0, direction, backend) }
      let (wrong, worst) = try wrongOnes(requests, backend)
      let summary =
        requests.isEmpty
        ? "nothing to check" : wrong.isEmpty ? "ok" : "wrong: \(wrong.count) of \(requests.count)"
      rows.append(
        (
          [
            .text(direction.description), .text("\(taken.count) of \(problems.count) problems"),
            .number(Double(requests.count)), .text(worst), .text(summary),
          ], wrong.isEmpty ? .passed : .failed("\(direction), \(summary).")
        ))
      for (request, complaint) in wrong.prefix(Self.mostRows) {
        rows.append(
          (
            [
              .text(direction.description), .text("\(request.request.problem)\(request.words)"), .number(1), .missing,
              .text(complaint),
            ], .failed(Plugins.sentence(backend.name, request.request, [complaint]))
          ))
      }
    }
    return Table(
      "\(backend.name) of \(library)",
      columns: [
        .init("direction"), .init("problem"), .init("checks", .count, decimals: 0), .init("error L2"), .init("verdict"),
      ],
      rows: rows.map(\.cells), notes: refusals, outcomes: rows.map(\.outcome))
  }

  private func wrongOnes(
    _ requests: [CheckedRequest], _ backend: PluginBackend
  ) throws -> (wrong: [(CheckedRequest, String)], worst: String) {
    var wrong: [(CheckedRequest, String)] = []
    var worst = 0.0
    var ended = 0
    for request in requests {
      guard
        let outcome = try plugins.verify(
          backend.name, request.request, worksInPlace: request.worksInPlace, seed: seed)
      else { continue }
      if case .verdict(let verdict) = outcome, verdict.relativeL2.isFinite { worst = max(worst, verdict.relativeL2) }
      if case .ended = outcome { ended += 1 }
      let complaints = outcome.complaints
      if !complaints.isEmpty { wrong.append((request, complaints.joined(separator: "; "))) }
      // Each child takes time to start, and one that hangs its whole limit.
      if ended >= Self.mostRows { break }
    }
    return (wrong, requests.isEmpty ? "-" : String(format: "%.1e", worst))
  }

  /// Everything that is asked of a plan for one problem in one direction.
  private static func requests(
    _ problem: ConvolutionProblem, _ direction: Direction, _ backend: PluginBackend
  ) -> [CheckedRequest] {
    let fusions = backend.fusions(problem, direction)
    var requests: [CheckedRequest] = []
    func add(_ epilogue: Epilogue = .none, _ fusions: Fusions = [], isConstant: Bool = false, inPlace: Bool = false) {
      requests.append(
        CheckedRequest(
          request: ConvolutionRequest(
            problem, direction, epilogue: epilogue, fusions: fusions, filterIsConstant: isConstant),
          worksInPlace: inPlace))
    }
    add()
    if direction == .forward {
      add(isConstant: true)
      add(Epilogue(bias: true, activation: .relu))
      add(Epilogue(bias: true, residual: true, activation: .relu6))
      add(Epilogue(residual: true, activation: .relu))
      add(Epilogue(bias: true, residual: true), inPlace: true)
      if fusions.contains(.maxPool), problem.output.height >= 2, problem.output.width >= 2 {
        add(Epilogue(bias: true, activation: .relu), .maxPool)
      }
    } else {
      for fusion in [.maxPool, .reluBackward, .biasGradient] as [Fusions] where fusions.isSuperset(of: fusion) {
        guard fusion != .maxPool || problem.output.height >= 2 && problem.output.width >= 2 else { continue }
        add(.none, fusion)
        if fusion == .reluBackward { add(.none, fusion, inPlace: true) }
      }
    }
    return requests
  }
}

/// A request, and whether what it adds or reads besides lies where its result goes.
struct CheckedRequest {
  let request: ConvolutionRequest
  let worksInPlace: Bool

  /// What distinguishes it from others of its problem: ` + bias + ReLU`.
  var words: String {
    var words: [String] = []
    let (epilogue, fusions) = (request.epilogue, request.fusions)
    if request.filterIsConstant { words.append("constant filter") }
    if epilogue.bias { words.append("bias") }
    if epilogue.residual { words.append(worksInPlace ? "residual in place" : "residual") }
    if epilogue.activation != .none { words.append(epilogue.activation == .relu ? "ReLU" : "ReLU6") }
    if fusions.contains(.maxPool) { words.append("max pool") }
    if fusions.contains(.reluBackward) { words.append(worksInPlace ? "ReLU mask in place" : "ReLU mask") }
    if fusions.contains(.biasGradient) { words.append("bias gradient") }
    return words.map { " + \($0)" }.joined()
  }
}
