import Measurement
import Results

/// Measures one benchmark with three processes that take turns: base, head, and a second process of base as control.
///
/// A round consists of palindromes, such as base head control control head base, so that a drift affects all three
/// alike; the order rotates from one palindrome to the next. One turn of a process is a leg. Legs are short and a round
/// has several, so that each process has legs before and after other load begins or ends. A process sleeps on its pipe
/// while another one is timed. Processes are started anew every few rounds, with environments of other sizes, because
/// the memory layout of code and data can change times by some per cent.
final class Contest {
  private let programs: GatePrograms
  private let specification: BenchmarkSpecification
  private let clock = MonotonicClock()
  private var workers: [WorkerProcess] = []
  /// The samples of a leg, the steps of a sample, and the untimed steps before them.
  private var leg = (count: 1, size: 1, discard: 0)
  private var generation = -1
  private var roundsLeft = 0
  private var startTime = 0.0
  private(set) var rounds: [GateRound] = []
  /// How the plans of base and head differ; nil where they do not.
  private(set) var planChange: String?

  /// The palindromes of a round.
  private var palindromes = 1
  /// The palindromes so far, over all rounds.
  private var palindrome = 0

  /// The length of a leg, in seconds. A process is timed for four times that in a round. A leg that other load makes
  /// more than twice as long is cut short.
  private static let legTime = 0.01
  /// Where steps are longer than this, in seconds, one palindrome is a round, because it lasts long enough.
  private static let longStep = 0.1
  /// Steps shorter than this, in seconds, are timed in groups. The result file stays small, and reading the clock costs
  /// nothing.
  private static let shortestSample = 0.0005
  /// The untimed seconds after a switch, when the caches hold another process's data. A step that is as long as a leg
  /// hardly notices that.
  private static let discardTime = 0.002
  private static let mostRoundsOfAGeneration = 5

  init(_ specification: BenchmarkSpecification, _ programs: GatePrograms) {
    self.specification = specification
    self.programs = programs
  }

  /// A reason why a benchmark cannot be timed.
  enum Obstacle: Error {
    case missing(String)
    case broken(String)
  }

  func measureRound() throws(Obstacle) {
    do {
      if roundsLeft == 0 { try start() }
      let start = clock.nanoseconds
      rounds.append(try round())
      let roundTime = clock.seconds(since: start)
      if roundsLeft == 0 {
        // New processes take at most a quarter of the time.
        roundsLeft = min(max(Int(3 * startTime / roundTime), 1), Self.mostRoundsOfAGeneration)
      }
      roundsLeft -= 1
    } catch let error as WorkerError {
      throw .broken(error.description)
    } catch let obstacle as Obstacle {
      throw obstacle
    } catch {
      throw .broken("\(error)")
    }
  }

  private func start() throws {
    let start = clock.nanoseconds
    workers = []
    generation += 1
    // Multiples of 16 would keep the stack's alignment, and with it most of the layout.
    for role in GatePrograms.Role.allCases {
      workers.append(try programs.start(role, padding: Int.random(in: 0..<4096)))
    }
    // One check is enough, because the same program computes the same in every process; with another back end it does
    // not.
    let isFirst = generation == 0
    for (role, worker) in zip(GatePrograms.Role.allCases, workers) {
      try worker.ask(
        .prepare(
          specification: programs.specification(specification, for: role),
          verify: isFirst && (role == .head || role == .base && programs.baseBackend != nil),
          outputs: isFirst && role != .control))
    }
    var outputs: [[WorkerOutput]] = []
    var plans: [[String]?] = []
    for (role, worker) in zip(GatePrograms.Role.allCases, workers) {
      switch try worker.answer() {
      case .ready(let values, let plan):
        outputs.append(values)
        plans.append(plan)
      case .unavailable(let reason): throw role == .head ? Obstacle.broken(reason) : Obstacle.missing(reason)
      case let reply: throw WorkerError.invalidReply(path: worker.path, line: String("\(reply)".prefix(80)))
      }
    }
    if isFirst, let sentence = Agreement.disagreement(base: outputs[0], head: outputs[1]) {
      throw Obstacle.broken(sentence)
    }
    if isFirst { planChange = Agreement.planChange(base: plans[0], head: plans[1]) }
    // The processes disturbed each other while they prepared, so the length of a step is measured only now.
    var step = Double.infinity
    for worker in workers { step = min(step, try worker.steps(3, discard: 1).min()!) }
    palindromes = step < Self.longStep ? 2 : 1
    leg.size = max(Int(Self.shortestSample / step), 1)
    leg.count = max(Int((Self.legTime / (step * Double(leg.size))).rounded(.up)), 1)
    leg.discard = leg.count == 1 ? 0 : max(Int((Self.discardTime / step).rounded(.up)), 1)
    startTime = clock.seconds(since: start)
  }

  private func round() throws(WorkerError) -> GateRound {
    var durations = [[Double]](repeating: [], count: workers.count)
    for _ in 0..<palindromes {
      let order = workers.indices.map { ($0 + palindrome) % workers.count }
      palindrome += 1
      for index in order + order.reversed() {
        durations[index] += try workers[index].steps(
          leg.count, size: leg.size, discard: leg.discard, limit: 2 * Self.legTime)
      }
    }
    return GateRound(base: durations[0], control: durations[2], head: durations[1], generation: generation)
  }
}
