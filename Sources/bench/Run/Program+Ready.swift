import Convolution
import Measurement
import Networks
import Terms

extension Program {
  /// Plans a pass, and refuses what cannot be run before any of its memory is allocated.
  ///
  /// - Parameters:
  ///   - lossShare: what the loss is multiplied by
  ///   - label: the model and the pass, for the sentence of a refusal
  /// - Throws: `Failure`
  static func planned(
    _ layers: [Layer], _ pass: Pass, batch: Int, choice: BackendChoice, in context: ExecutionContext, seed: UInt64,
    lossShare: Float = 1, label: String
  ) throws -> Program {
    let program: Program
    do {
      program = try Program(
        layers, pass: pass, batch: batch, choice: choice, in: context, seed: seed, lossShare: lossShare)
    } catch { throw Failure.usage("\(error)") }
    try checkMemory(
      program.memory.totalBytes, for: "\(label) at batch \(batch)", remedy: "Use a smaller --batch-size.")
    return program
  }

  /// Allocates the memory, fills it with the network's values, or else random numbers from `seed`, and prepares the
  /// plans, so that the program can run.
  ///
  /// - Returns: the seconds without the filling, which only a benchmark does. Together with those of planning they are
  ///   a record's `prepare_s`
  /// - Throws: `Failure` where the system refuses the memory, or the values do not fit
  func makeReady(of network: Network? = nil, seed: UInt64) throws -> Double {
    let allocating: Double
    do { (_, allocating) = try timed { try allocate() } } catch { throw Failure.failed("\(error)") }
    initialize(seed: seed)
    do { try load(network?.values) } catch { throw Failure.failed("\(network?.name ?? ""): \(error).") }
    return allocating + timed { prepare() }.seconds
  }
}

/// Runs `body` and returns its value and the seconds that it took.
func timed<Value>(_ body: () throws -> Value) rethrows -> (value: Value, seconds: Double) {
  let clock = MonotonicClock()
  let start = clock.nanoseconds
  let value = try body()
  return (value, clock.seconds(since: start))
}
