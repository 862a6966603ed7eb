/// What a worker's time in an operation went into: a phase, or one of the ways not to work. The raw value is the name
/// in stored results.
///
/// The times of all activities of an operation, over all workers, are its duration times the number of workers.
package enum ThreadActivity: RawRepresentable, Hashable, Codable, CaseIterable, Sendable, CustomStringConvertible {
  case phase(KernelPhase)
  /// Work that belongs to no phase.
  case other
  /// At a barrier, or behind its own part of a job, for the other workers.
  case waiting
  /// The system ran something else on the core.
  case preempted
  /// From the publication of a job to its beginning on this worker.
  case starting
  /// There is no job: the calling thread works alone.
  case idle

  package static let allCases: [ThreadActivity] =
    KernelPhase.allCases.map { .phase($0) } + [.other, .waiting, .preempted, .starting, .idle]

  package var rawValue: String {
    switch self {
    case .phase(let phase): phase.rawValue
    case .other: "other"
    case .waiting: "waiting"
    case .preempted: "preempted"
    case .starting: "starting"
    case .idle: "idle"
    }
  }

  package init?(rawValue: String) {
    guard let activity = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = activity
  }

  /// Whether the worker does what the step is for.
  package var isWork: Bool {
    switch self {
    case .phase, .other: true
    case .waiting, .preempted, .starting, .idle: false
    }
  }

  package var description: String {
    if case .phase(let phase) = self { phase.description } else { rawValue }
  }
}
