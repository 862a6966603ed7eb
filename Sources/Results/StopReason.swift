/// Why a run measured fewer batches than it was asked for.
package enum StopReason: String, Codable, Sendable {
  case maxTime = "max-time"
  case interrupted
}
