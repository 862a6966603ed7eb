import Convolution
import Networks
import Results
import Tensors

/// Compares plans with the reference before they are timed, each distinct one once.
final class KernelVerification {
  private let verifier: Verifier
  private var deviations: [Check: Double] = [:]

  init(in context: ExecutionContext, seed: UInt64) { verifier = Verifier(in: context, seed: seed) }

  /// - Returns: what is said of all plans of `assignments`, whenever they were checked.
  /// - Throws: `Failure` with code 3 and the problem's text where a kernel computes something wrong.
  func verify(_ assignments: [Assignment]) throws -> Results.Verification {
    var checks = Set<Check>()
    for assignment in assignments {
      guard let backend = Backends.named(assignment.backend) else {
        preconditionFailure("\(assignment.backend) runs \(assignment.layer) and is not registered")
      }
      let check = Check(backend: assignment.backend, request: assignment.request)
      checks.insert(check)
      if deviations[check] != nil { continue }
      deviations[check] = try verifier.deviation(of: backend, check.request, named: assignment.layer).relativeL2
    }
    let worst = checks.compactMap { deviations[$0] }.max() ?? 0
    return Results.Verification(.passed, problemsChecked: checks.count, worstDeviation: worst)
  }

  private struct Check: Hashable {
    let backend: String
    let request: ConvolutionRequest
  }
}

extension Verifier {
  /// How far the plan that is to be timed is from the reference.
  /// - Parameter name: what a reader knows the problem by
  /// - Throws: `Failure` with code 3 and the problem's text where it computes something wrong.
  func deviation(
    of backend: any ConvolutionBackend, _ request: ConvolutionRequest, named name: String
  ) throws -> Deviation {
    var request = request
    request.problem.batch = request.problem.verifiedBatch
    let outcome: Convolution.Verification
    do { outcome = try verify(backend, request) } catch { throw Failure.failed(error.description) }
    guard outcome.passed else {
      throw Failure(
        description: "\(name) computes something wrong, so nothing was timed: \(outcome).", status: ExitStatus.mismatch)
    }
    return outcome.deviation
  }
}

extension ConvolutionProblem {
  /// The same batch where its tensors are small, since the batch may decide how a plan works, and else as much of it as
  /// 16 MiB hold, two images at least.
  fileprivate var verifiedBatch: Int {
    let floats = 4 << 20
    return min(batch, max(2, floats / max(inputCount / batch, outputCount / batch)))
  }
}
