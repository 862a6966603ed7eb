import Convolution
import Measurement
import Results
import Tensors

extension MachineBounds: Dated {}

/// What bounds a machine: as it was measured in the last seven days, or measured now.
struct MachineMeasurement {
  let machine: Machine
  /// Whether to measure again what is known, and whether to forget it then: what was higher counts otherwise.
  var again = false
  var refresh = false
  var peaks = PeakCache()
  var cache = DatedCache<MachineBounds>(path: CachePlace.path("machine.json"))
  /// How long each rate is measured, in seconds. There are nine beside the peak and the points of the curve.
  var duration = 0.12
  /// Is given a sentence before a measurement.
  var note: (String) -> Void = { _ in }
  /// Whether other programs disturbed a measurement that they ran beside.
  var disturbs: (Activity) -> Bool = { activity in
    (activity.othersCPUTime ?? 0) + (activity.stolenCPUTime ?? 0) > 0.1 * activity.elapsed
  }
  /// Seconds for which a disturbed measurement is taken all the same: a busy machine must not measure before each run.
  static let busyLifetime: Int64 = 600

  /// The bounds of the threads and the instruction set of `context`. To measure them takes two to three seconds.
  /// - Parameter sizes: the working sets; nil for those that suit the machine
  /// - Throws: `Failure` where the system refuses even the memory that the caches' bandwidth takes
  func bounds(_ context: ExecutionContext, sizes: StreamSizes? = nil) throws -> MachineBounds {
    let sizes = sizes ?? StreamSizes(machine, threads: context.pool.count)
    let key = key(context)
    // An earlier run may have had less memory.
    if !refresh, !again, var known = cache[key], isUsable(known),
      Set(sizes.levels).isSubset(of: known.levels.map(\.level))
    {
      known.fmaPeak = try fmaPeak(context).rate
      return known
    }
    let threads = context.pool.count
    note("Measuring what bounds \(threads) thread\(threads == 1 ? "" : "s") with \(context.kernels.name): about 3 s.")
    let before = SystemSample.capture()
    let peak = try fmaPeak(context).rate
    let (streams, levels) = try streams(context, sizes)
    var bounds = MachineBounds(
      threads: threads, instructionSet: context.kernels.name, fmaPeak: peak,
      levels: levels.levels.map { bandwidth($0, levels[$0]!, streams, threads) },
      readCurve: levels.curve.map {
        ReadBandwidth(workingSet: $0 * threads, read: streams.read($0, duration: duration / 5))
      }, measuredAt: cache.now)
    if disturbs(SystemSample.capture().since(before)) {
      bounds.wasBusy = true
      note("Other programs ran meanwhile, so the machine can do more; these bounds are measured again in ten minutes.")
    }
    if !refresh, let earlier = cache[key] { bounds.raise(to: earlier) }
    cache.store(bounds, for: key)
    return bounds
  }

  /// The bounds of the threads and the instruction set of `context`, where an earlier measurement is kept.
  func known(_ context: ExecutionContext) -> MachineBounds? { cache[key(context)] }

  private func isUsable(_ bounds: MachineBounds) -> Bool {
    bounds.wasBusy != true || cache.now - bounds.measuredAt < Self.busyLifetime
  }

  /// The multiply-add peak of a context: the highest of the last seven days, or measured now.
  func fmaPeak(_ context: ExecutionContext) throws -> FMAPeak {
    let key = PeakCache.Key(fmaOf: context, cpuModel: machine.cpuModel ?? "unknown")
    let known = refresh ? nil : peaks.remembered(key)
    let peak = try known ?? peaks.replace(key, with: measuredFMAPeak(context, duration: 2.5 * duration))
    return FMAPeak(
      instructionSet: context.kernels.name, threads: context.pool.count, rate: peak.rate, measuredAt: peak.measuredAt)
  }

  private func bandwidth(
    _ level: MemoryLevel, _ bytes: Int, _ streams: MemoryStreams, _ threads: Int
  ) -> LevelBandwidth {
    LevelBandwidth(
      level: level, workingSet: bytes * threads, read: streams.read(bytes, duration: duration),
      triad: streams.triad(bytes, duration: duration),
      nonTemporalTriad: level == .dram ? streams.triad(bytes, nonTemporal: true, duration: duration) : nil)
  }

  /// The memory, and the sizes that fit into it.
  private func streams(
    _ context: ExecutionContext, _ sizes: StreamSizes
  ) throws -> (MemoryStreams, StreamSizes) {
    if let streams = try? MemoryStreams(context, bytesPerThread: sizes.largest) { return (streams, sizes) }
    let smaller = sizes.withoutDRAM()
    do { return (try MemoryStreams(context, bytesPerThread: smaller.largest), smaller) } catch {
      throw Failure.failed(
        "The system refused \(error.bytes >> 20) MiB, which the bandwidth of its caches takes (\(error.reason)). "
          + "End other programs or raise the limit.")
    }
  }

  /// What the bounds depend on. The version is raised when the measurement itself changes.
  private func key(_ context: ExecutionContext) -> String {
    let caches = machine.caches.filter { $0.type != "Instruction" }.map { "L\($0.level) \($0.sizeBytes)" }
    return [
      machine.cpuModel ?? "unknown", machine.stepping ?? "", machine.microcode ?? "",
      "\(machine.logicalCores ?? 0) cores", "\(machine.availableCores) available",
      machine.cgroupCPUQuota.map { "quota \($0)" } ?? "", caches.joined(separator: ", "), context.kernels.name,
      "\(context.pool.count) threads", "version 1",
    ].filter { !$0.isEmpty }.joined(separator: " | ")
  }
}
