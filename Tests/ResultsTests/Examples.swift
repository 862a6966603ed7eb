import Foundation

@testable import Results

/// A file in which no optional value is nil.
let full: ResultFile = {
  var machine = Machine(availableCores: 2)
  machine.cpuModel = "Example CPU \"9000\" / é"
  machine.vectorFlags = ["avx2", "fma"]
  machine.caches = [Cache(level: 1, type: "Data", sizeBytes: 49152, sharedBy: 1)]
  machine.smt = false
  machine.cgroupCPUQuota = 1.5
  machine.memoryBytes = 24 << 30
  let context = Context(
    startTime: "2026-01-31T12:00:00.123456Z", commandLine: ["bench", "vgg16"], machine: machine,
    build: Build(
      compiler: "Swift 6.3", configuration: "debug", timedFlags: ["-Ounchecked"], timedCodeIsOptimised: true),
    commit: Commit(hash: String(repeating: "a", count: 40), isDirty: true),
    blas: BLASLibrary(version: "0.3.21", core: "Haswell", threads: 2),
    environment: ["OPENBLAS_CORETYPE": "Haswell"],
    activity: Activity(elapsed: 51.5, loadAverageBefore: 0.25, othersCPUTime: 1.5, stolenCPUTime: 0.01))
  var record = bare
  record.maxTime = 60
  record.stoppedEarly = .maxTime
  record.prepareTime = 0.125
  record.peakResidentBytes = 3 << 30
  record.workspaceBytes = 64 << 20
  record.predictedBytes = 2 << 30
  record.peakFlopRate = 2.71e11
  record.memoryBandwidth = 5.3e10
  record.verification = Verification(.passed, problemsChecked: 13, worstError: 1.25e-6)
  record.layers = [
    LayerRecord(
      name: "conv1_1", problem: "n32c3h224w224k64r3s3u1p1",
      backends: [.forward: "winograd", .inputGradient: "im2col"], algorithms: [.forward: "F(4x4,3x3)"],
      flop: [.forward: 5.5e9], compulsoryBytes: [.forward: 430_317_312],
      durations: [.forward: [0.011, 0.012]]),
    LayerRecord(name: "pool1"),
  ]
  return ResultFile(context: context, records: [record, bare])
}()

/// A record with the mandatory values only. Its numbers have no exact decimal form.
let bare = Record(
  model: "vgg16", pass: .forwardBackward, batchSize: 32, imageSize: 224, backend: "auto", threads: 2,
  seed: 18_446_744_073_709_551_615, protocolName: "classic", requestedBatches: 100, requestedBurnIn: 10,
  burnInDurations: [0.1 + 0.2, 1.0 / 3], durations: [0.512, 1e-9, 123456.789e3, Double.pi],
  flopPerStep: 9.9e11, instructionSet: "avx2", flushesDenormals: true, hugePagesAdvised: false,
  verification: .skipped)

/// The names of all files in a directory, hidden ones too.
func contents(_ directory: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}
