import Results
import Terms

/// A profile of two threads whose parts add up: a step of 10 ms, of which 0.5 ms lie between operations.
let profileRecord: ProfileRecord = {
  var record = ProfileRecord(
    model: "vgg16", pass: .forwardBackward, batchSize: 1, imageSize: 224, backend: "auto", threadCount: 2, seed: 1,
    instructionSet: "avx2", verification: Verification(.passed, problemsChecked: 13, worstError: 1e-6),
    flopPerStep: 1e9)
  record.durations = Array(repeating: 0.01, count: 20)
  record.plainDurations = Array(repeating: 0.0098, count: 20)
  (record.step, record.plainStep, record.between) = (0.01, 0.0098, 0.0005)
  record.overhead = ProfileRecord.Overhead(ratio: 1.02, low: 1.01, high: 1.03)
  record.spansPerStep = 12
  record.bounds = ProfileBounds(
    peak: 2e11,
    levels: [
      .init(name: "L2", capacity: 1 << 21, bandwidth: 2e11), .init(name: "memory", capacity: nil, bandwidth: 2e10),
    ])
  func phase(_ name: ThreadActivity, _ time: Double, _ flop: Double = 0, _ bytes: Double = 0) -> ProfilePhase {
    ProfilePhase(name: name, durations: [time], threads: 2, calls: flop > 0 ? 4 : 0, flop: flop, bytes: bytes)
  }
  record.layers = [
    ProfileLayer(
      name: "conv1", direction: .forward, kind: "convolution", problem: "n1c3h224w224k64r3s3u1p1", backend: "direct",
      algorithm: "register tiles", calls: 1, durations: [0.006],
      phases: [phase(.phase(.products), 0.004, 4e8, 2e7), phase(.waiting, 0.0015), phase(.idle, 0.0005)],
      busy: [0.005, 0.003], flop: 4e8, executedFLOP: 4e8, bytes: 2e7, movedBytes: 2e7),
    ProfileLayer(
      name: "conv1", direction: .filterGradient, kind: "convolution", problem: "n1c3h224w224k64r3s3u1p1",
      backend: "im2col", algorithm: "im2col + sgemm", calls: 1, durations: [0.003],
      phases: [
        phase(.phase(.columns), 0.001, 0, 1e7), phase(.phase(.sgemm), 0.001, 4e8, 1e6), phase(.waiting, 0.0009),
        phase(.preempted, 0.0001),
      ], busy: [0.002, 0.002], flop: 4e8, executedFLOP: 4e8, bytes: 1e6, movedBytes: 2e7),
    ProfileLayer(
      name: "pool1", direction: .forward, kind: "max pool 2/2", calls: 1, durations: [0.0005],
      phases: [phase(.phase(.pooling), 0.0005, 0, 5e6)], busy: [0.0005, 0.0005], flop: 0, executedFLOP: 0, bytes: 5e6,
      movedBytes: 5e6),
  ]
  if let bounds = record.bounds { record.compare(with: bounds) }
  record.threads = [
    .init(busy: 0.008, waiting: 0.002, idle: 0, preempted: 0.0001, starting: 0),
    .init(busy: 0.006, waiting: 0.003, idle: 0.001, preempted: 0.0001, starting: 0.0002),
  ]
  record.timeline = ProfileTimeline(
    step: 0.01,
    threads: [
      [
        .init(begin: 0, duration: 0.0005, layer: nil, activity: .other),
        .init(begin: 0.0005, duration: 0.0045, layer: 0, activity: .phase(.products)),
        .init(begin: 0.005, duration: 0.0015, layer: 0, activity: .waiting),
        .init(begin: 0.0065, duration: 0.0035, layer: 1, activity: .phase(.sgemm)),
      ],
      [.init(begin: 0, duration: 0.01, layer: 0, activity: .idle)],
    ])
  return record
}()

let profileFile = ProfileFile(context: quietContext, records: [profileRecord])
