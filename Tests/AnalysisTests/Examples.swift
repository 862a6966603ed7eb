import Results

let quietContext: Context = {
  var machine = Machine(availableCores: 2)
  machine.governor = "performance"
  return Context(
    startTime: "2026-01-31T12:00:00.000000Z", commandLine: ["bench", "vgg16"], machine: machine,
    build: Build(
      compiler: "Swift 6.3", configuration: "release", timedFlags: ["-Ounchecked"], timedCodeIsOptimised: true),
    activity: Activity(elapsed: 60, othersCPUTime: 0.5, stolenCPUTime: 0.01))
}()

/// Twenty steps of about half a second on a quiet machine.
let quietRecord: Record = {
  var record = Record(
    model: "vgg16", pass: .forwardBackward, batchSize: 32, imageSize: 224, backend: "auto", threads: 2, seed: 1,
    protocolName: "classic", requestedBatches: 20, requestedBurnIn: 10,
    durations: (0..<20).map { 0.512 + 0.0001 * Double($0 * 7 % 20) }, flopPerStep: 1.0e11, instructionSet: "avx2",
    flushesDenormals: true, hugePagesAdvised: true,
    verification: Verification(.passed, problemsChecked: 13, worstError: 1.25e-6))
  record.prepareTime = 0.0853
  record.peakResidentBytes = 3_400_000_000
  record.predictedBytes = 3_200_000_000
  record.workspaceBytes = 64 << 20
  record.peakFlopRate = 2.712e11
  record.layers = [
    LayerRecord(
      name: "conv1_1", problem: "n32c3h224w224k64r3s3u1p1",
      backends: [.forward: "im2col", .filterGradient: "im2col"],
      flop: [.forward: 5.5e9, .filterGradient: 5.5e9],
      compulsoryBytes: [.forward: 430_317_312, .filterGradient: 430_317_312],
      durations: [.forward: [0.031, 0.030, 0.050], .filterGradient: [0.04, 0.04, 0.041]]),
    LayerRecord(
      name: "conv1_2", problem: "n32c64h224w224k64r3s3u1p1",
      backends: [.forward: "winograd", .inputGradient: "winograd", .filterGradient: "im2col"],
      algorithms: [.forward: "F(4x4,3x3)", .inputGradient: "F(4x4,3x3)", .filterGradient: "im2col + sgemm"],
      flop: [.forward: 118e9, .inputGradient: 118e9, .filterGradient: 118e9],
      durations: [.forward: [0.5], .inputGradient: [0.6, 0.7], .filterGradient: [0.9]]),
    LayerRecord(name: "pool1", durations: [.forward: [0.002], .inputGradient: [0.001]]),
  ]
  return record
}()
