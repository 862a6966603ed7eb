import Results
import Statistics
import Terms

extension LayerRecord {
  /// The median seconds of one phase; nil where it was not timed.
  func median(_ phase: StepPhase) -> Double? {
    guard let durations = durations?[phase], !durations.isEmpty else { return nil }
    return Statistics.median(durations)
  }

  /// The seconds of all phases together, for each step; nil where the layer was not timed.
  var stepDurations: [Double]? {
    guard let all = durations?.values, let count = all.map(\.count).min(), count > 0 else { return nil }
    return (0..<count).map { step in all.reduce(0) { $0 + $1[step] } }
  }

  /// FLOP/s over all directions of which both operations and time are known.
  var flopRate: Double? {
    var (operations, time) = (0.0, 0.0)
    for (direction, flop) in flop {
      guard let median = median(StepPhase(direction)) else { continue }
      operations += flop
      time += median
    }
    return operations > 0 && time > 0 ? operations / time : nil
  }

  /// The operations of direct convolution for each byte of input, filter and output, over all directions; nil where
  /// there are no operations, or where the file has no bytes.
  var intensity: Double? {
    let operations = flop.values.reduce(0, +)
    guard let bytes = compulsoryBytes?.values.reduce(0, +), bytes > 0, operations > 0 else { return nil }
    return operations / Double(bytes)
  }

  /// The name of the back end, or the names in the order of the directions where these ran on different ones; nil where
  /// the layer has no back end.
  var backendNames: String? {
    let names = Direction.allCases.compactMap { backends[$0] }
    if names.isEmpty { return nil }
    return Set(names).count == 1 ? names[0] : names.joined(separator: "/")
  }
}
