import Foundation
import Measurement
import Results

/// The work of a worker, prepared to take steps.
package protocol GateWorkload: Workload {
  /// The outputs of the last step.
  func outputs() -> [WorkerOutput]
  /// What runs each layer, a line each; empty for a single convolution.
  var plan: [String] { get }
}

extension GateWorkload {
  package var plan: [String] { [] }
}

/// A reason why there is no workload.
package enum WorkloadError: Error, Equatable {
  /// This version does not have the subject, the back end or the pass.
  case unavailable(String)
  case failed(String)
}

/// The worker's side of the protocol. It answers requests until its input ends.
package struct WorkerServer {
  private let make: (BenchmarkSpecification, _ verify: Bool) throws(WorkloadError) -> any GateWorkload
  private let slowdown: Double
  private let clock = MonotonicClock()

  /// The steps after preparing, which fault pages in and fill the caches.
  private static let warmUp = (steps: 3, seconds: 0.03)

  /// - Parameters:
  ///   - slowdown: the factor by which each step is stretched by waiting, for tests
  ///   - make: prepares a workload, and compares its kernels with the reference where `verify` is set
  package init(
    slowdown: Double = 1,
    make: @escaping (BenchmarkSpecification, _ verify: Bool) throws(WorkloadError) -> any GateWorkload
  ) {
    self.slowdown = slowdown
    self.make = make
  }

  /// - Parameters:
  ///   - readLine: the next request, nil at the end
  ///   - write: sends a line, at once
  package func serve(readLine: () -> String?, write: (String) -> Void) {
    func send(_ reply: WorkerReply) {
      // All numbers are finite, because `ready` checks the outputs.
      write(String(decoding: try! JSONEncoder().encode(reply), as: UTF8.self))
    }
    send(.hello(version: WorkerReply.version))
    var workload: (any GateWorkload)?
    while let line = readLine() {
      switch try? JSONDecoder().decode(WorkerRequest.self, from: Data(line.utf8)) {
      case .prepare(let specification, let verify, let outputs):
        // The old workload is freed first, because two may not fit into memory.
        workload = nil
        do throws(WorkloadError) {
          let made = try make(specification, verify)
          send(ready(made, outputs: outputs))
          workload = made
        } catch {
          switch error {
          case .unavailable(let reason): send(.unavailable(reason: reason))
          case .failed(let reason): send(.failed(reason: reason))
          }
        }
      case .step(let count, let size, let discard, let seconds):
        guard let workload else {
          send(.failed(reason: "There is no prepared benchmark to take steps of."))
          continue
        }
        if discard > 0 { _ = time(workload, steps: discard) }
        let start = clock.nanoseconds
        var durations: [Double] = []
        repeat {
          durations.append(time(workload, steps: max(size, 1)))
        } while durations.count < count && clock.seconds(since: start) < seconds
        send(.durations(seconds: durations))
      case nil:
        send(.failed(reason: "'\(line.prefix(80))' is no request."))
      }
    }
  }

  private func ready(_ workload: any GateWorkload, outputs wantsOutputs: Bool) -> WorkerReply {
    let start = clock.nanoseconds
    var durations = [time(workload)]
    let outputs = wantsOutputs ? workload.outputs() : []
    // JSON has no NaN.
    if let tensor = outputs.first(where: { !$0.values.allSatisfy(\.isFinite) }) {
      return .failed(reason: "\(tensor.name) holds values that are not finite numbers.")
    }
    // One long step is enough.
    while durations.last! < Self.warmUp.seconds,
      durations.count < Self.warmUp.steps || clock.seconds(since: start) < Self.warmUp.seconds
    {
      durations.append(time(workload))
    }
    let plan = wantsOutputs ? workload.plan : []
    return .ready(outputs: outputs, plan: plan.isEmpty ? nil : plan)
  }

  /// The mean seconds of a step.
  private func time(_ workload: any GateWorkload, steps: Int = 1) -> Double {
    let before = clock.nanoseconds
    for _ in 0..<steps { workload.step() }
    var after = clock.nanoseconds
    if slowdown > 1 {
      let end = before + UInt64(Double(after - before) * slowdown)
      while after < end { after = clock.nanoseconds }
    }
    return Double(after - before) / 1e9 / Double(steps)
  }
}
