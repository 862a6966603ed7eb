import Measurement
import Results
import Terms
import Threads

/// Counts the processor's events in each phase of each worker.
///
/// A reading is a system call for each group of counters, so this runs in steps of its own, which are not timed.
final class PhaseCounters: PhaseObserver, @unchecked Sendable {
  let sources: [any CounterSource]
  /// Each worker writes its own.
  private var begins: [CounterReading]
  private var sums: [[KernelPhase: CounterValues]]

  private init(_ sources: [any CounterSource]) {
    self.sources = sources
    begins = sources.map { $0.read() }
    sums = sources.map { _ in [:] }
  }

  /// Opens the counters of each worker on its own thread.
  /// - Parameter open: is called on the thread to be counted
  static func open(
    _ pool: ThreadPool, _ open: @Sendable () -> Result<any CounterSource, CountersUnavailable> = PhaseCounters.hardware
  ) -> Result<PhaseCounters, CountersUnavailable> {
    nonisolated(unsafe) var opened = [Result<any CounterSource, CountersUnavailable>?](
      repeating: nil, count: pool.count)
    opened.withUnsafeMutableBufferPointer { opened in
      nonisolated(unsafe) let opened = opened
      pool.run { worker in opened[worker] = open() }
    }
    var sources: [any CounterSource] = []
    for result in opened {
      switch result! {
      case .success(let source): sources.append(source)
      case .failure(let reason): return .failure(reason)
      }
    }
    return .success(PhaseCounters(sources))
  }

  static let hardware: @Sendable () -> Result<any CounterSource, CountersUnavailable> = {
    ThreadCounters.open().map { $0 as any CounterSource }
  }

  func began(_ worker: Int) {
    begins.withUnsafeMutableBufferPointer { $0[worker] = sources[worker].read() }
  }

  func ended(_ phase: KernelPhase, _ worker: Int) {
    let values = sources[worker].read().since(begins[worker])
    sums.withUnsafeMutableBufferPointer { sums in
      sums[worker][phase] = sums[worker][phase].map { $0 + values } ?? values
    }
  }

  /// Runs some steps of a program and counts in them.
  func count(_ pool: ThreadPool, steps: Int, _ step: () -> Void) -> ProfileCounters {
    pool.spans.observer = self
    defer { pool.spans.observer = nil }
    for _ in 0..<steps { step() }
    var phases: [String: CounterValues] = [:]
    for (phase, values) in sums.flatMap({ Array($0) }) {
      phases[phase.rawValue] = phases[phase.rawValue].map { $0 + values } ?? values
    }
    return ProfileCounters(
      steps: steps, phases: phases,
      threads: sums.map { sum in sum.values.reduce(nil) { total, next in total.map { $0 + next } ?? next } ?? .init() })
  }
}
