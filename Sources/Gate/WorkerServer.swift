import Foundation
import Measurement
import Results

/// What a worker measures: ready to take steps.
package protocol GateWorkload: Workload {
  /// Of the step that was taken last.
  func outputs() -> [WorkerOutput]
}

/// Why there is no workload.
package enum WorkloadError: Error, Equatable {
  /// This version does not have what is asked for.
  case unavailable(String)
  case failed(String)
}

/// The worker's side: answers requests until its input ends.
package struct WorkerServer {
  private let make: (BenchmarkSpecification, _ verify: Bool) throws(WorkloadError) -> any GateWorkload
  private let slowdown: Double
  private let clock = MonotonicClock()

  /// After getting ready: long enough for pages and caches to be there.
  private static let warmUp = (steps: 3, seconds: 0.03)

  /// - Parameters:
  ///   - slowdown: each step is stretched to so many times its duration by waiting: a test aid
  ///   - make: prepares a workload, and compares its kernels with the reference where asked to
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
      // Everything that is sent is finite: `outputs` is checked below.
      write(String(decoding: try! JSONEncoder().encode(reply), as: UTF8.self))
    }
    send(.hello(version: WorkerReply.version))
    var workload: (any GateWorkload)?
    while let line = readLine() {
      switch try? JSONDecoder().decode(WorkerRequest.self, from: Data(line.utf8)) {
      case .prepare(let specification, let verify, let outputs):
        // The old one first: two may not fit into memory.
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
          send(.failed(reason: "There is nothing prepared to take steps of."))
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
    // JSON has no NaN, and two of them would agree.
    if let tensor = outputs.first(where: { !$0.values.allSatisfy(\.isFinite) }) {
      return .failed(reason: "\(tensor.name) holds values that are not finite numbers.")
    }
    // Long steps need no second one.
    while durations.last! < Self.warmUp.seconds,
      durations.count < Self.warmUp.steps || clock.seconds(since: start) < Self.warmUp.seconds
    {
      durations.append(time(workload))
    }
    return .ready(outputs: outputs)
  }

  /// Seconds for each of the steps.
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
