import Convolution
import Networks
import Results
import Tensors

/// Compares plans with the reference before they are timed, each distinct one once.
final class KernelVerification {
  private let verifier: Verifier
  private let plugins: Plugins
  private let seed: UInt64
  private var errors: [Check: Double] = [:]
  private var verifiedChains = Set<ConvolutionChain>()
  private var verifiedPairs = Set<[ConvolutionRequest]>()

  init(in context: ExecutionContext, seed: UInt64, _ plugins: Plugins) {
    verifier = Verifier(in: context, seed: seed)
    (self.plugins, self.seed) = (plugins, seed)
  }

  /// - Returns: what is said of all plans of `assignments`, whenever they were checked.
  /// - Throws: `Failure` with code 3 and the problem's text where a kernel computes something wrong.
  func verify(_ assignments: [Assignment]) throws -> Results.Verification {
    var checks = Set<Check>()
    for assignment in assignments {
      guard let backend = plugins.named(assignment.backend) else {
        preconditionFailure("\(assignment.backend) runs \(assignment.layer) and is not registered")
      }
      let check = Check(backend: assignment.backend, request: assignment.request)
      checks.insert(check)
      if errors[check] == nil {
        errors[check] = try error(of: backend, check.request, named: assignment.layer).relativeL2
      }
      if let depthwise = assignment.depthwise, verifiedPairs.insert([assignment.request, depthwise]).inserted {
        try verifier.check(
          backend, expansion: assignment.request, depthwise: depthwise, named: assignment.layer)
      }
      guard let chain = assignment.chain, verifiedChains.insert(chain).inserted else { continue }
      try verifier.check(backend, chain, named: assignment.layer)
    }
    let worst = checks.compactMap { errors[$0] }.max() ?? 0
    return Results.Verification(.passed, problemsChecked: checks.count, worstError: worst)
  }

  /// A library's plans are verified in the child process that has loaded it.
  private func error(
    of backend: any ConvolutionBackend, _ request: ConvolutionRequest, named name: String
  ) throws -> RelativeError {
    guard let plugin = plugins.plugin(backend.name) else {
      return try verifier.error(of: backend, request, named: name)
    }
    return try plugins.error(of: plugin, request, named: name, seed: seed)
  }

  private struct Check: Hashable {
    let backend: String
    let request: ConvolutionRequest
  }
}

extension Verifier {
  /// Measures how far the plan that is to be timed is from the reference.
  /// - Parameter name: what a reader knows the problem by
  /// - Throws: `Failure` with code 3 and the problem's text where it computes something wrong.
  func error(
    of backend: any ConvolutionBackend, _ request: ConvolutionRequest, named name: String
  ) throws -> RelativeError {
    let outcome: Convolution.Verification
    do { outcome = try verify(backend, request.asVerified) } catch { throw Failure.failed(error.description) }
    try outcome.check(named: name)
    return outcome.error
  }

  /// Checks that the plan of a 1x1 convolution and the depthwise one behind it computes what a plan of each does.
  /// - Throws: `Failure` with code 3 where it computes something wrong.
  func check(
    _ backend: any ConvolutionBackend, expansion: ConvolutionRequest, depthwise: ConvolutionRequest, named name: String
  ) throws {
    var (first, second) = (expansion, depthwise)
    let images = max(first.verifiedBatch, second.verifiedBatch)
    (first.problem.batch, second.problem.batch) = (images, images)
    let outcome: Convolution.Verification?
    do { outcome = try verify(backend, expansion: first, depthwise: second) } catch {
      throw Failure.failed(error.description)
    }
    guard let outcome else { throw Failure.failed("\(name) and \(second.problem) have no plan to verify.") }
    try outcome.check(named: "\(name), with the depthwise convolution behind it,")
  }

  /// Checks that a chain's plan computes what the plans of its convolutions do.
  /// - Throws: `Failure` with code 3 where it computes something wrong.
  func check(_ backend: any ConvolutionBackend, _ chain: ConvolutionChain, named name: String) throws {
    let outcome: Convolution.Verification?
    do { outcome = try verify(backend, chain) } catch { throw Failure.failed(error.description) }
    guard let outcome else { throw Failure.failed("The chain from \(name) on (\(chain)) has no plan to verify.") }
    try outcome.check(named: "The chain from \(name) on (\(chain))")
  }
}

extension Verifier {
  /// Checks every epilogue that a forward plan may have, beside the plan without one.
  /// - Throws: `Failure` with code 3 where it computes something wrong.
  func checkEpilogues(of backend: any ConvolutionBackend, _ request: ConvolutionRequest, named name: String) throws {
    guard request.direction == .forward, request.epilogue == .none else { return }
    for epilogue in [Epilogue(bias: true, activation: .relu), Epilogue(bias: true, residual: true)] {
      var request = request
      request.epilogue = epilogue
      _ = try error(of: backend, request, named: name)
    }
  }
}

extension Convolution.Verification {
  fileprivate func check(named name: String) throws {
    guard !passed else { return }
    throw Failure(
      description: "\(name) computes something wrong, so nothing was timed: \(self).", status: ExitStatus.mismatch)
  }
}

extension ConvolutionRequest {
  /// The request for as many images as are verified.
  var asVerified: ConvolutionRequest {
    var request = self
    request.problem.batch = verifiedBatch
    return request
  }

  /// How many images are verified: the whole batch where its tensors are small, since the batch may decide how a plan
  /// works. Else as many as 16 MiB hold, but at least two, and more where the caches would keep the result of so few
  /// images and not that of the batch, which plans write by non-temporal stores.
  var verifiedBatch: Int {
    let batch = problem.batch
    let (input, output) = (4 * problem.inputCount / batch, 4 * problem.outputCount / batch)
    let pooled = fusions.contains(.maxPool) ? output / 4 : output
    let images = [input, pooled].map { bytes in
      CachePolicy.current.keepsResult(bytes * batch) ? 2 : CachePolicy.current.largestKeptResult / bytes + 1
    }
    return min(batch, max(images.max()!, (16 << 20) / max(input, output)))
  }
}
