import Terms

/// What each thread did, and when, in one profiled step: the last one.
///
/// So that the file stays small, neighbouring slices of one layer and activity are one slice, and what is shorter than
/// 1/4000 of the step belongs to a slice beside it. Times are therefore good for a picture; sums are in the layers.
package struct ProfileTimeline: Codable, Equatable, Sendable {
  /// A time in which a thread did one thing for one layer.
  package struct Slice: Equatable, Sendable {
    /// Seconds since the step began.
    package var begin: Double
    package var duration: Double
    /// The index of the layer in the record; nil between operations.
    package var layer: Int?
    package var activity: ThreadActivity

    package init(begin: Double, duration: Double, layer: Int?, activity: ThreadActivity) {
      self.begin = begin
      self.duration = duration
      self.layer = layer
      self.activity = activity
    }
  }

  /// The duration of the step in seconds.
  package var step: Double
  /// The slices of each thread in the order of time, without gaps.
  package var threads: [[Slice]]

  package init(step: Double, threads: [[Slice]]) {
    self.step = step
    self.threads = threads
  }

  enum CodingKeys: String, CodingKey {
    case threads
    case step = "step_s"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    step = try container.decode(Double.self, forKey: .step)
    threads = try container.decode([Columns].self, forKey: .threads).map { columns in
      guard let slices = columns.slices else {
        throw DecodingError.dataCorruptedError(
          forKey: .threads, in: container, debugDescription: "the columns of a thread have different lengths")
      }
      return slices
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(step, forKey: .step)
    try container.encode(threads.map(Columns.init), forKey: .threads)
  }

  /// The slices of a thread as columns, which take less space than objects.
  private struct Columns: Codable {
    var begins: [Double]
    var durations: [Double]
    var layers: [Int?]
    var activities: [ThreadActivity]

    init(_ slices: [Slice]) {
      begins = slices.map(\.begin)
      durations = slices.map(\.duration)
      layers = slices.map(\.layer)
      activities = slices.map(\.activity)
    }

    /// Nil where the columns differ in length.
    var slices: [Slice]? {
      guard Set([begins.count, durations.count, layers.count, activities.count]).count == 1 else { return nil }
      return begins.indices.map {
        Slice(begin: begins[$0], duration: durations[$0], layer: layers[$0], activity: activities[$0])
      }
    }

    enum CodingKeys: String, CodingKey {
      case begins = "begin_s"
      case durations = "duration_s"
      case layers = "layer"
      case activities = "activity"
    }
  }
}
