import Tensors
import Threads

/// The outcome of comparing a plan with the reference.
package struct Verification: Sendable {
  package let request: ConvolutionRequest
  package let backend: String
  package let error: RelativeError
  package let tolerance: Tolerance
  /// Elements compared, of how many.
  package let compared: Int
  package let total: Int

  package var passed: Bool { tolerance.admits(error) }
}

extension Verification: CustomStringConvertible {
  package var description: String {
    "\(backend) \(request.direction) \(request.problem): \(error) (allowed: max \(tolerance.max), "
      + "L2 \(tolerance.relativeL2)); \(compared) of \(total) values compared"
  }
}

/// Runs a plan on random data and compares its result with the double-precision reference.
///
/// Outputs, workspace and packed filters are poisoned first, floats with NaN, so an element that is not written, or
/// read before it is written, shows. All elements are compared where that is quick; else a random sample with both
/// ends, and all are looked at for the poison.
package struct Verifier: Sendable {
  /// Multiply-adds that the reference may take for one request: about a tenth of a second.
  package static let budget = 30_000_000

  let context: ExecutionContext
  let seed: UInt64
  private let budget: Int

  package init(in context: ExecutionContext, seed: UInt64 = 1, budget: Int = Self.budget) {
    self.context = context
    self.seed = seed
    self.budget = budget
  }

  /// - Throws: `AllocationError`.
  package func verify(
    _ backend: any ConvolutionBackend, _ request: ConvolutionRequest
  ) throws(AllocationError) -> Verification {
    let tensors = try VerificationTensors(request, seed: seed)
    let planned = try PlannedConvolution(backend.plan(request, in: context), poisoned: true)
    tensors.poison()
    planned.prepare(filter: tensors.operands.filter)
    planned.run(tensors.operands)

    let indices = sample(tensors.result.count, costEach: cost(of: request))
    let expected = references(at: indices, tensors)
    let reference = expected.map(\.value)
    var error = RelativeError(of: indices.map { tensors.result.base[$0] }, from: reference)
    let won = expected.compactMap(\.won)
    if !won.isEmpty { error = error.worse(than: RelativeError(of: won, from: reference)) }
    if indices.count < tensors.result.count, !tensors.isWritten { error = .unwritten }
    if request.fusions.contains(.biasGradient) {
      error = error.worse(than: tensors.biasGradientError)
    }
    return Verification(
      request: request, backend: backend.name, error: error,
      tolerance: backend.tolerance(request.problem, request.direction), compared: indices.count,
      total: tensors.result.count)
  }

  /// Multiply-adds of one reference element.
  private func cost(of request: ConvolutionRequest) -> Int {
    let windows = request.direction == .forward && request.fusions.contains(.maxPool) ? 4 : 1
    return request.problem.terms(request.direction) * windows
  }

  private func sample(_ count: Int, costEach: Int) -> [Int] {
    let affordable = min(max(budget / costEach, 64), 100_000)
    guard count > affordable else { return Array(0..<count) }
    var random = Random(seed: seed, stream: "sample")
    return [0, count - 1] + (2..<affordable).map { _ in Int.random(in: 0..<count, using: &random) }
  }

  private func references(at indices: [Int], _ tensors: VerificationTensors) -> [VerificationTensors.Expected] {
    [VerificationTensors.Expected](unsafeUninitializedCapacity: indices.count) { values, count in
      nonisolated(unsafe) let values = values
      context.pool.split(indices.count) { range in
        for position in range {
          values.initializeElement(at: position, to: tensors.expected(indices[position]))
        }
      }
      count = indices.count
    }
  }
}
