import Terms

/// One measured pass of one network: the raw durations and everything that is needed to repeat and to judge them.
///
/// Statistics are computed when a record is read; none is stored.
package struct Record: Codable, Equatable, Sendable {
  /// The protocol name of records that were measured in turns with the other records of their file: step k of each
  /// belongs to round k.
  package static let inTurns = "turns"

  // The request.
  package var model: String
  package var pass: Pass
  package var batchSize: Int
  /// The height and width of the input in pixels.
  package var imageSize: Int
  /// The back end that was requested; `layers` names those that ran.
  package var backend: String
  /// The plan that it followed, where its back end is `plan`; nil and not in the file elsewhere.
  package var plan: PlanReference?
  package var threads: Int
  package var seed: UInt64
  /// `classic`, `classic-2015` or `turns`.
  package var protocolName: String
  package var requestedBatches: Int
  package var requestedBurnIn: Int
  /// The limit in seconds for the whole pass, burn-in included.
  @OrNull package var maxTime: Double?

  // The measurement.
  package var burnInDurations: [Double]
  package var durations: [Double]
  /// The reason why fewer batches than requested were measured; nil where all were.
  @OrNull package var stoppedEarly: StopReason?
  /// The seconds that it took to plan the network, to allocate and touch its memory and to pack its constant weights.
  /// The benchmark's own work, checking the kernels and filling tensors with random numbers, is not part of it.
  @OrNull package var prepareTime: Double?
  @OrNull package var peakResidentBytes: Int?
  @OrNull package var workspaceBytes: Int?
  /// The bytes of the memory plan, known before anything was allocated.
  @OrNull package var predictedBytes: Int?

  // What a reader needs to judge the measurement.
  /// The floating-point operations of one step, counted as those of direct convolutions.
  package var flopPerStep: Double
  package var instructionSet: String
  package var flushesDenormals: Bool
  /// Whether huge pages were requested; the kernel may refuse them.
  package var hugePagesAdvised: Bool
  /// The bytes of the process that lie on huge pages; nil in older files.
  package var hugePageBytes: Int?
  package var verification: Verification
  /// The measured multiply-add peak for this instruction set and number of threads, in FLOP/s.
  @OrNull package var peakFlopRate: Double?
  /// The measured memory bandwidth of these threads, in bytes/s; nil and not in the file unless layers were timed.
  package var memoryBandwidth: Double?
  /// The least time of the step's layers on this machine in seconds, by what it comes from; nil and not in the file
  /// unless `bench scale` measured it.
  package var boundTimes: [ProfileBounds.Kind: Double]?
  package var layers: [LayerRecord]
  /// The ranks of a run on many processes; nil and not in the file for one process.
  package var ranks: RanksRecord?

  /// Makes a record before the measurement; the other properties are set afterwards.
  package init(
    model: String, pass: Pass, batchSize: Int, imageSize: Int, backend: String, threads: Int, seed: UInt64,
    protocolName: String, requestedBatches: Int, requestedBurnIn: Int, maxTime: Double? = nil,
    burnInDurations: [Double] = [], durations: [Double] = [], stoppedEarly: StopReason? = nil,
    flopPerStep: Double, instructionSet: String, flushesDenormals: Bool, hugePagesAdvised: Bool,
    verification: Verification, layers: [LayerRecord] = []
  ) {
    self.model = model
    self.pass = pass
    self.batchSize = batchSize
    self.imageSize = imageSize
    self.backend = backend
    self.threads = threads
    self.seed = seed
    self.protocolName = protocolName
    self.requestedBatches = requestedBatches
    self.requestedBurnIn = requestedBurnIn
    self.maxTime = maxTime
    self.burnInDurations = burnInDurations
    self.durations = durations
    self.stoppedEarly = stoppedEarly
    self.flopPerStep = flopPerStep
    self.instructionSet = instructionSet
    self.flushesDenormals = flushesDenormals
    self.hugePagesAdvised = hugePagesAdvised
    self.verification = verification
    self.layers = layers
  }

  enum CodingKeys: String, CodingKey {
    case model, pass, backend, plan, threads, seed, verification, layers, ranks
    case batchSize = "batch_size"
    case imageSize = "image_size"
    case protocolName = "protocol"
    case requestedBatches = "requested_batches"
    case requestedBurnIn = "requested_burn_in"
    case maxTime = "max_time_s"
    case burnInDurations = "burn_in_durations_s"
    case durations = "durations_s"
    case stoppedEarly = "stopped_early"
    case prepareTime = "prepare_s"
    case peakResidentBytes = "peak_rss_bytes"
    case workspaceBytes = "workspace_bytes"
    case predictedBytes = "predicted_bytes"
    case flopPerStep = "flop_per_step"
    case instructionSet = "instruction_set"
    case flushesDenormals = "flushes_denormals"
    case hugePagesAdvised = "huge_pages_advised"
    case hugePageBytes = "huge_page_bytes"
    case peakFlopRate = "peak_flops_per_s"
    case memoryBandwidth = "memory_bandwidth_bytes_per_s"
    case boundTimes = "bound_times_s"
  }
}
