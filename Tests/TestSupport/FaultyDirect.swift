import Convolution
import Glibc
import Kernels
import Tensors
import Terms
import Threads

/// The direct back end with a fault: its plans for layers of `channels` output channels do something more in each run,
/// which a profile has to find.
package struct FaultyDirect: ConvolutionBackend {
  /// Output channels of the faulty layer.
  package static let channels = 5

  package let name: String
  package let summary = "direct, with a fault"
  private let fault: @Sendable (ThreadPool) -> Void

  package func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? {
    Direct().reasonUnsupported(problem, direction)
  }
  package func tolerance(_ problem: ConvolutionProblem, _ direction: Direction) -> Tolerance {
    Direct().tolerance(problem, direction)
  }
  package func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
    let plan = Direct().plan(request, in: context)
    return request.problem.outputChannels == Self.channels ? Plan(plan, context.pool, fault) : plan
  }

  /// - Parameter onlyWorker: the one that takes longer; nil for all of them
  package static func slow(milliseconds: Int, onlyWorker: Int? = nil) -> FaultyDirect {
    FaultyDirect(name: "slow") { pool in
      pool.run { worker in
        pool.phase(.epilogue, worker) { if onlyWorker ?? worker == worker { spin(milliseconds: milliseconds) } }
      }
    }
  }

  package static let allocating = FaultyDirect(name: "allocating") { _ in free(malloc(1000)) }

  /// Works for so much processor time, which another program on the core does not shorten.
  private static func spin(milliseconds: Int) {
    func now() -> Int {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
    let end = now() + milliseconds * 1_000_000
    while now() < end {}
  }

  private final class Plan: ConvolutionPlan {
    let plan: any ConvolutionPlan
    let pool: ThreadPool
    let fault: @Sendable (ThreadPool) -> Void

    init(_ plan: any ConvolutionPlan, _ pool: ThreadPool, _ fault: @escaping @Sendable (ThreadPool) -> Void) {
      (self.plan, self.pool, self.fault) = (plan, pool, fault)
    }
    var algorithm: String { plan.algorithm }
    var workspaceBytes: Int { plan.workspaceBytes }
    var packedFilterBytes: Int { plan.packedFilterBytes }
    func prepare(filter: UnsafePointer<Float>, into packed: UnsafeMutableRawPointer) {
      plan.prepare(filter: filter, into: packed)
    }
    func run(_ operands: ConvolutionOperands, workspace: UnsafeMutableRawPointer) {
      plan.run(operands, workspace: workspace)
      fault(pool)
    }
  }
}
