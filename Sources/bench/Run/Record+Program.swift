import Convolution
import Measurement
import Networks
import Results
import Terms

extension Record {
  /// What was asked for and what was planned; the measurement is added later.
  init(
    _ program: Program, _ network: Network, backend: String, seed: UInt64, protocolName: String, plan: MeasurementPlan,
    _ verification: Results.Verification
  ) {
    self.init(
      model: network.name, pass: program.pass, batchSize: program.batch,
      imageSize: program.layers[0].input.height, backend: backend, threads: program.context.pool.count,
      seed: seed, protocolName: protocolName, requestedBatches: plan.batches,
      requestedBurnIn: plan.burnIn, maxTime: plan.maxTime,
      flopPerStep: program.pass.flops(program.layers, batch: program.batch),
      instructionSet: program.context.kernels.name, flushesDenormals: program.context.pool.flushesDenormals,
      hugePagesAdvised: program.hugePagesAdvised, verification: verification)
    predictedBytes = program.memory.totalBytes
    workspaceBytes = program.memory.workspaceBytes
    layers = program.groups.map(LayerRecord.init)
  }

  /// Whether it has a step, be it of the burn-in.
  var hasSteps: Bool { !durations.isEmpty || !burnInDurations.isEmpty }

  mutating func add(_ samples: Samples, _ workload: ProgramWorkload) {
    burnInDurations = samples.burnIn
    durations = samples.durations
    stoppedEarly = samples.stoppedEarly
    guard let times = workload.layerDurations else { return }
    for index in layers.indices {
      let measured = StepPhase.allCases.compactMap { phase in
        // An interrupted round may have left one more.
        times[LayerTimer.Key(layer: layers[index].name, phase: phase)]
          .map { (phase, Array($0.prefix(samples.durations.count))) }
      }
      layers[index].durations = Dictionary(uniqueKeysWithValues: measured)
    }
  }
}

extension LayerRecord {
  /// One row for a group: what a plan computes together has one time.
  fileprivate init(_ group: FusedGroup) {
    self.init(name: group.name, compulsoryBytes: [:])
    for assignment in group.assignments {
      // One operation computes all gradients of an expansion and the depthwise convolution behind it.
      let isGradient = group.expansion != nil && assignment.request.direction != .forward
      let direction = isGradient ? .filterGradient : assignment.request.direction
      backends[direction] = assignment.backend
      algorithms[direction] = assignment.algorithm
      flop[direction, default: 0] += assignment.problem.flops
      compulsoryBytes?[direction, default: 0] += assignment.problem.compulsoryBytes
    }
    if group.expansion != nil { convolutions = group.convolutions.map(\.name) }
    problem = group.convolutions.first?.problem.description
    guard let first = group.convolutions.first, let chain = group.chain?.chain.with(batch: first.problem.batch) else {
      return
    }
    convolutions = group.convolutions.map(\.name)
    problem = chain.description
    flop = [.forward: chain.flops]
    compulsoryBytes = [.forward: chain.compulsoryBytes]
  }
}
