import Results

/// Records of one pass that was measured in turns. The machine slows down from round to round, equally for all.
func inTurns(_ seconds: [(backend: String, time: Double)], rounds: Int = 20) -> [Record] {
  seconds.map { backend, time in
    var record = quietRecord
    record.backend = backend
    record.protocolName = Record.inTurns
    record.durations = (0..<rounds).map { time * (1 + 0.05 * Double($0)) }
    record.layers = [
      LayerRecord(
        name: "conv1", problem: "n32c3h224w224k64r3s3u1p1", backends: [.forward: backend], flop: [.forward: 5.5e9],
        durations: [.forward: (0..<rounds).map { 0.5 * time * (1 + 0.05 * Double($0)) }]),
      // This is a fully connected layer, which all back ends leave to direct.
      LayerRecord(
        name: "fc6", problem: "n32c25088h1w1k4096r1s1u1p0", backends: [.forward: "direct"], flop: [.forward: 6.6e9],
        durations: [.forward: [Double](repeating: 0.01, count: rounds)]),
      LayerRecord(name: "pool1", durations: [.forward: [Double](repeating: 0.001, count: rounds)]),
    ]
    return record
  }
}
