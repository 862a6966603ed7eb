import Convolution
import Measurement
import Networks
import Results

extension Results.Pass {
  init(_ pass: Networks.Pass) { self = Results.Pass(rawValue: pass.rawValue)! }
}

extension Record {
  /// What was asked for and what was planned; the measurement is added later.
  init(
    _ program: Program, _ network: Network, _ options: RunOptions, _ context: ExecutionContext,
    _ verification: Results.Verification
  ) {
    self.init(
      model: network.name, pass: Results.Pass(program.pass), batchSize: program.batch,
      imageSize: program.layers[0].input.height, backend: options.compute.backend, threads: context.pool.count,
      seed: options.seed, protocolName: options.protocol.rawValue, requestedBatches: options.numBatches,
      requestedBurnIn: options.burnIn, maxTime: options.maxTime,
      flopPerStep: program.pass.flops(program.layers, batch: program.batch),
      instructionSet: context.kernels.name, flushesDenormals: context.pool.flushesDenormals,
      hugePagesAdvised: program.hugePagesAdvised, verification: verification)
    predictedBytes = program.memory.totalBytes
    workspaceBytes = program.memory.workspaceBytes
    let assigned = Dictionary(grouping: program.assignments, by: \.layer)
    layers = program.layers.map { layer in
      var record = LayerRecord(name: layer.name)
      for assignment in assigned[layer.name] ?? [] {
        let direction = assignment.request.direction.rawValue
        record.problem = assignment.request.problem.description
        record.backends[direction] = assignment.backend
        record.algorithms[direction] = assignment.algorithm
        record.flop[direction] = assignment.request.problem.flops
      }
      return record
    }
  }

  mutating func add(_ samples: Samples, _ workload: ProgramWorkload, network: [Layer]) {
    burnInDurations = samples.burnIn
    durations = samples.durations
    stoppedEarly = samples.stoppedEarly
    guard let times = workload.layerDurations else { return }
    for index in layers.indices {
      let measured = Phase.allCases.compactMap { phase in
        times[LayerTimer.Key(layer: layers[index].name, phase: phase)].map { (phase.rawValue, $0) }
      }
      layers[index].durations = Dictionary(uniqueKeysWithValues: measured)
    }
  }
}
