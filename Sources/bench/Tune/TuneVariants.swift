import Convolution
import Measurement
import Networks
import Results
import Terms

/// The programs that take turns in a tuning, and the reasons why back ends have none.
struct TuneVariants {
  private(set) var programs: [(name: String, program: Program)] = []
  /// A sentence for each back end that was left out.
  private(set) var leftOut: [String] = []

  /// Gives back the memory of the programs.
  mutating func release() { programs = [] }

  /// The name of the variant that runs each convolution by itself.
  static let apart = "apart"

  /// - Parameters:
  ///   - isExact: whether only convolutions by the definition are allowed
  ///   - forecast: tells which back ends are not worth the time
  init(
    _ layers: [Layer], _ pass: Pass, batch: Int, isExact: Bool, _ forecast: StepForecast, in context: ExecutionContext
  ) throws {
    func program(_ choice: BackendChoice) throws -> Program {
      do { return try Program(layers, pass: pass, batch: batch, choice: choice, in: context, seed: 1) } catch {
        throw Failure.failed("\(error)")
      }
    }
    let usual = isExact ? BackendChoice(Direct()) : try BackendChoice()
    programs.append((usual.requested, try program(usual)))
    var seen = [PlannedPass(pass, programs[0].program.groups)]
    func isNew(_ program: Program) -> Bool {
      let plan = PlannedPass(pass, program.groups)
      defer { seen.append(plan) }
      return !seen.contains(plan)
    }

    var pinned = PinnedPlan()
    for assignment in programs[0].program.assignments {
      pinned.runApart(assignment.layer)
      pinned.pin(assignment.layer, assignment.request.direction, on: Backends.named(assignment.backend)!)
    }
    let apart = try program(BackendChoice(pinned, as: Self.apart))
    if isNew(apart) { programs.append((Self.apart, apart)) }

    let tooSlow = forecast.reasons(against: Backends.all.map(\.name), flops: pass.flops(layers, batch: batch))
    for backend in Backends.all where backend.name != usual.requested {
      if let reason = backend.reasonUnavailable {
        leftOut.append("\(backend.name) cannot run here: \(reason)")
      } else if isExact, !backend.followsDefinition {
        leftOut.append("\(backend.name) is left out: --exact allows convolutions by the definition only.")
      } else if let reason = tooSlow[backend.name] {
        leftOut.append("\(backend.name) is left out: \(reason.prefix { $0 != ";" }).")
      } else {
        let program = try program(BackendChoice(backend))
        guard program.assignments.contains(where: { $0.backend == backend.name }) else {
          leftOut.append("\(backend.name) is left out: it can run none of these layers.")
          continue
        }
        if isNew(program) { programs.append((backend.name, program)) }
      }
    }
  }
}
