import Convolution
import Networks
import Results
import Tensors

/// Compares plans with the reference before they are timed, each distinct one once, on the same batch where its tensors
/// are small, since the batch may decide how a plan works, and else on as much of it as 16 MiB hold, two images at least.
final class KernelVerification {
  private let verifier: Verifier
  private var deviations: [Check: Double] = [:]

  init(in context: ExecutionContext, seed: UInt64) { verifier = Verifier(in: context, seed: seed) }

  /// - Returns: what is said of all plans of `assignments`, whenever they were checked.
  /// - Throws: `Failure` with code 3 and the problem's text where a kernel computes something wrong.
  func verify(_ assignments: [Assignment]) throws -> Results.Verification {
    var checks = Set<Check>()
    for assignment in assignments {
      var request = assignment.request
      request.problem.batch = request.problem.verifiedBatch
      guard let backend = Backends.named(assignment.backend) else { continue }
      let check = Check(backend: assignment.backend, request: request)
      checks.insert(check)
      if deviations[check] != nil { continue }
      let outcome = try verifier.verify(backend, request)
      guard outcome.passed else {
        throw Failure(
          description: "\(assignment.layer) computes something wrong, so nothing was timed: \(outcome).",
          status: ExitStatus.mismatch)
      }
      deviations[check] = outcome.deviation.relativeL2
    }
    let worst = checks.compactMap { deviations[$0] }.max() ?? 0
    return Results.Verification(.passed, problemsChecked: checks.count, worstDeviation: worst)
  }

  private struct Check: Hashable {
    let backend: String
    let request: ConvolutionRequest
  }
}

extension ConvolutionProblem {
  fileprivate var verifiedBatch: Int {
    let floats = 4 << 20
    return min(batch, max(2, floats / max(inputCount / batch, outputCount / batch)))
  }
}
