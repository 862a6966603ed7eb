import Foundation
import Measurement
import Results

/// The two programs that a gate compares. It starts their processes.
package struct GatePrograms: Sendable {
  package var base: String
  package var head: String
  /// How long to wait for a worker's answer.
  var patience: Patience
  /// Whether head's steps are stretched by 1.5 times the threshold of each benchmark, for the self-test.
  package var injectsSlowdown: Bool
  /// The back end of base's benchmarks where it is another one than head's.
  package var baseBackend: String?
  /// The factor by which head's steps are stretched now.
  var slowdown = 1.0

  /// The environment variable that tells a worker to stretch its steps.
  package static let slowdownVariable = "BENCH_INJECT_SLOWDOWN"

  package init(base: String, head: String, timeout: Double = 120, injectsSlowdown: Bool = false) {
    self.base = base
    self.head = head
    patience = Patience(timeout: timeout)
    self.injectsSlowdown = injectsSlowdown
  }

  /// What a worker is to measure.
  func specification(_ specification: BenchmarkSpecification, for role: Role) -> BenchmarkSpecification {
    var own = specification
    if role != .head, let baseBackend { own.backend = baseBackend }
    return own
  }

  /// - Parameter padding: the bytes by which the environment is larger than usual
  func start(_ role: Role, padding: Int) throws(WorkerError) -> WorkerProcess {
    var environment = ChildEnvironment.current
    // Only head is ever slowed down.
    environment[Self.slowdownVariable] = role == .head && slowdown > 1 ? "\(slowdown)" : nil
    return try WorkerProcess(
      role == .head ? head : base, environment: environment, padding: padding, patience: patience)
  }

  enum Role: Int, CaseIterable {
    case base, head, control
  }
}
