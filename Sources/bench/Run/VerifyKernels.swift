import Convolution
import Networks
import Results
import Tensors

/// Compares every plan of `assignments` with the reference, each distinct one once, on a batch of at most two.
///
/// - Throws: `Failure` with code 3 and the problem's text where a kernel computes something wrong.
func verifyKernels(
  _ assignments: [Assignment], in context: ExecutionContext, seed: UInt64, console: Console
) throws -> Results.Verification {
  let verifier = Verifier(in: context, seed: seed)
  var seen = Set<Check>()
  var worst = 0.0
  for assignment in assignments {
    var request = assignment.request
    request.problem.batch = min(request.problem.batch, 2)
    guard seen.insert(Check(backend: assignment.backend, request: request)).inserted,
      let backend = Backends.named(assignment.backend)
    else { continue }
    let outcome = try verifier.verify(backend, request)
    guard outcome.passed else {
      throw Failure(
        description: "\(assignment.layer) computes something wrong, so nothing was timed: \(outcome).",
        status: ExitStatus.mismatch)
    }
    worst = max(worst, outcome.deviation.relativeL2)
  }
  return Results.Verification(.passed, problemsChecked: seen.count, worstDeviation: worst)
}

private struct Check: Hashable {
  let backend: String
  let request: ConvolutionRequest
}
