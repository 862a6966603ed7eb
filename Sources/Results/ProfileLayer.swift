import Terms

/// A layer in one direction, or a fused group: a row of a profile. Times are means over the profiled steps in seconds.
package struct ProfileLayer: Codable, Equatable, Sendable {
  package var name: String
  package var direction: StepPhase
  /// The kind of operation, such as `convolution` or `max pool 2/2`.
  package var kind: String
  /// The text of the convolution problem, or of those of a chain.
  package var problem: String?
  package var backend: String?
  package var algorithm: String?
  /// Dispatches in a step: one for each micro-batch.
  package var calls: Int

  package var time: Double
  /// The time in each profiled step.
  package var durations: [Double]
  /// What the time went into; the times add up to `time`.
  package var phases: [ProfilePhase]
  /// The busy time of each thread.
  package var busy: [Double]

  /// The floating-point operations of the direct algorithm; 0 for layers without a product.
  package var flop: Double
  /// Those of the algorithm that ran.
  package var executedFLOP: Double
  /// The bytes of its tensors if each is read or written once.
  package var bytes: Double
  /// The bytes that its phases read and write, in whatever cache they lie.
  package var movedBytes: Double
  /// What limits it on this machine; nil where no bound is known.
  package var bound: ProfileBounds.Kind?
  /// The seconds that it would take at its bound.
  package var boundTime: Double?

  package init(
    name: String, direction: StepPhase, kind: String, problem: String? = nil, backend: String? = nil,
    algorithm: String? = nil, calls: Int, durations: [Double], phases: [ProfilePhase], busy: [Double], flop: Double,
    executedFLOP: Double, bytes: Double, movedBytes: Double
  ) {
    self.name = name
    self.direction = direction
    self.kind = kind
    self.problem = problem
    self.backend = backend
    self.algorithm = algorithm
    self.calls = calls
    self.durations = durations
    time = durations.mean
    self.phases = phases
    self.busy = busy
    self.flop = flop
    self.executedFLOP = executedFLOP
    self.bytes = bytes
    self.movedBytes = movedBytes
  }

  enum CodingKeys: String, CodingKey {
    case name, direction, kind, problem, backend, algorithm, calls, phases, flop, bytes, bound
    case time = "time_s"
    case durations = "durations_s"
    case busy = "busy_s"
    case executedFLOP = "executed_flop"
    case movedBytes = "moved_bytes"
    case boundTime = "bound_s"
  }

  /// How much longer the busiest thread works than the threads do on average: 0 where all work equally long.
  package var imbalance: Double {
    guard let most = busy.max(), most > 0 else { return 0 }
    return 1 - busy.mean / most
  }
}

/// What the threads do in a part of a layer's time.
package struct ProfilePhase: Codable, Equatable, Sendable {
  package var name: ThreadActivity
  /// The wall time: `threadTime` over the number of threads.
  package var time: Double
  package var threadTime: Double
  /// The wall time in each profiled step.
  package var durations: [Double]
  /// Spans in a step; 0 where the time is what spans leave.
  package var calls: Int
  package var flop: Double
  package var bytes: Double

  package init(
    name: ThreadActivity, durations: [Double], threads: Int, calls: Int, flop: Double = 0, bytes: Double = 0
  ) {
    self.name = name
    self.durations = durations
    time = durations.mean
    threadTime = time * Double(threads)
    self.calls = calls
    self.flop = flop
    self.bytes = bytes
  }

  enum CodingKeys: String, CodingKey {
    case name, calls, flop, bytes
    case time = "time_s"
    case threadTime = "thread_s"
    case durations = "durations_s"
  }
}

extension [Double] {
  /// 0 where there are none.
  package var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }
}
