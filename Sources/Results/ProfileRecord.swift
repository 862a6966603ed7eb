import Terms

/// Where the time of a network's step goes: what `bench profile` measured.
///
/// All times are means over the same profiled steps, in seconds, so that parts add up to the whole: the layers,
/// `between` and `unattributed` to the step; the phases of a layer to the layer; busy, waiting and idle of a thread to
/// the step.
package struct ProfileRecord: Codable, Equatable, Sendable {
  // The request.
  package var model: String
  package var pass: Pass
  package var batchSize: Int
  package var imageSize: Int
  package var backend: String
  /// The plan that it followed, where its back end is `plan`; nil and not in the file elsewhere.
  package var plan: PlanReference?
  package var threadCount: Int
  package var seed: UInt64
  package var instructionSet: String
  package var verification: Verification
  /// The floating-point operations of one step, counted as those of direct convolutions.
  package var flopPerStep: Double

  // The steps. Step k of one list was measured beside step k of the other.
  /// The profiled steps.
  package var durations: [Double] = []
  package var plainDurations: [Double] = []
  package var stoppedEarly: StopReason?
  /// The mean of the profiled steps.
  package var step = 0.0
  package var plainStep = 0.0
  package var overhead = Overhead(ratio: 1, low: 1, high: 1)
  /// What a reading of the clock costs; a span takes two.
  package var clockReading = 0.0
  /// The spans of a step, over all threads.
  package var spansPerStep = 0

  // The parts.
  package var layers: [ProfileLayer] = []
  package var between = 0.0
  package var unattributed = 0.0
  package var threads: [ThreadTime] = []
  /// When each thread did what in the last step; nil where no step was kept.
  package var timeline: ProfileTimeline?

  package var cost: ProfileCost?
  package var counters: ProfileCounters?
  /// Why there are no counters, as a sentence.
  package var countersUnavailable: String?

  /// What the layers are compared with; nil where it was not measured.
  package var bounds: ProfileBounds?

  /// Makes a record before the measurement.
  package init(
    model: String, pass: Pass, batchSize: Int, imageSize: Int, backend: String, threadCount: Int, seed: UInt64,
    instructionSet: String, verification: Verification, flopPerStep: Double
  ) {
    self.model = model
    self.pass = pass
    self.batchSize = batchSize
    self.imageSize = imageSize
    self.backend = backend
    self.threadCount = threadCount
    self.seed = seed
    self.instructionSet = instructionSet
    self.verification = verification
    self.flopPerStep = flopPerStep
  }

  /// The duration of a profiled step over that of a plain one, with its 95 % interval.
  package struct Overhead: Codable, Equatable, Sendable {
    package let ratio: Double
    package let low: Double
    package let high: Double

    package init(ratio: Double, low: Double, high: Double) { (self.ratio, self.low, self.high) = (ratio, low, high) }
  }

  /// A thread's mean step. The first three add up to it.
  package struct ThreadTime: Codable, Equatable, Sendable {
    package var busy: Double
    /// For other threads, or because the system ran something else on its core.
    package var waiting: Double
    /// Without a job.
    package var idle: Double
    /// Part of `waiting`.
    package var preempted: Double
    /// Part of `idle`: from the publication of a job to its beginning.
    package var starting: Double

    package init(busy: Double, waiting: Double, idle: Double, preempted: Double, starting: Double) {
      self.busy = busy
      self.waiting = waiting
      self.idle = idle
      self.preempted = preempted
      self.starting = starting
    }

    enum CodingKeys: String, CodingKey {
      case busy = "busy_s"
      case waiting = "waiting_s"
      case idle = "idle_s"
      case preempted = "preempted_s"
      case starting = "starting_s"
    }
  }

  enum CodingKeys: String, CodingKey {
    case model, pass, backend, plan, threads, seed, verification, layers, overhead, bounds, cost, counters, timeline
    case batchSize = "batch_size"
    case imageSize = "image_size"
    case instructionSet = "instruction_set"
    case flopPerStep = "flop_per_step"
    case durations = "durations_s"
    case plainDurations = "plain_durations_s"
    case stoppedEarly = "stopped_early"
    case step = "step_s"
    case plainStep = "plain_step_s"
    case clockReading = "clock_reading_s"
    case spansPerStep = "spans_per_step"
    case between = "between_s"
    case unattributed = "unattributed_s"
    case threadCount = "thread_count"
    case countersUnavailable = "counters_unavailable"
  }
}
