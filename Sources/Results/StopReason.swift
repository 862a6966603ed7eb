/// The reason why a run measured fewer batches than were requested.
package enum StopReason: String, Codable, Sendable {
  case maxTime = "max-time"
  case interrupted
}
