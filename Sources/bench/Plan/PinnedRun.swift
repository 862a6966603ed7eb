import Convolution
import Foundation
import Measurement
import Networks
import Results
import Terms

/// A plan from a file that fits what is to run.
struct PinnedRun {
  let reference: PlanReference
  private let choices: [Pass: BackendChoice]

  /// What the passes of a command run on: as the plan says, where there is one.
  func choice(_ pass: Pass) -> BackendChoice { choices[pass]! }

  /// Reads a plan and compares what it says with what this program would run.
  /// - Parameters:
  ///   - isExact: whether the plan must convolve by the definition
  ///   - note: is told where the plan's choices may no longer be the fastest
  /// - Throws: `Failure` where the plan is of something else, or cannot be followed to the letter
  init(
    _ path: String, _ key: PlanKey, _ layers: [Layer], passes: [Pass], isExact: Bool = false,
    in context: ExecutionContext, note: (String) -> Void
  ) throws {
    let (bytes, file): (Data, PlanFile)
    do throws(ResultsError) {
      bytes = try PlanFile.bytes(path)
      file = try PlanFile(json: bytes, path: path)
    } catch { throw Failure.failed(error.description) }
    reference = PlanReference(path: path, sha256: SHA256.digest(Array(bytes)))

    let differences = file.key.differences(from: key)
    guard differences.isEmpty else {
      throw Failure.usage(
        "\(path) is a plan for \(Self.list(differences.map(\.mine))), and this is \(Self.list(differences.map(\.other))); "
          + "leave --plan out, or make a plan of this with `bench tune`.")
    }
    if isExact, !file.isExact {
      throw Failure.usage("\(path) may use Winograd; leave --exact out, or make a plan with `bench tune --exact`.")
    }
    choices = Dictionary(
      uniqueKeysWithValues: try passes.map { pass in
        guard let planned = file[pass] else {
          let known = file.passes.map { "--pass \($0.pass.rawValue)" }.joined(separator: " or ")
          throw Failure.usage("\(path) has no plan of the pass '\(pass.rawValue)'; use \(known).")
        }
        return (pass, try Self.choice(planned, layers, batch: key.batchSize, context, path))
      })
    if let change = Self.change(file) {
      note(
        "\(path) was made \(change): what it chose runs as it says, but may not be the fastest any more; `bench tune` "
          + "makes it anew.")
    }
  }

  /// The choice that a pass of a plan has made, once it is known that it leads to what the plan says.
  private static func choice(
    _ planned: PlannedPass, _ layers: [Layer], batch: Int, _ context: ExecutionContext, _ path: String
  ) throws -> BackendChoice {
    let pinned: PinnedPlan
    do throws(PlannedPass.UnknownBackend) { pinned = try planned.pinned() } catch {
      throw Failure.failed("\(path) cannot be followed: it wants the back end '\(error.name)'; \(error.reason).")
    }
    let choice = BackendChoice(pinned)
    let groups: [FusedGroup]
    do { groups = try FusionPass.groups(layers, pass: planned.pass, batch: batch, choice: choice, in: context) } catch {
      throw Failure.failed("\(path) cannot be followed: \(error)")
    }
    let actual = PlannedPass(planned.pass, groups, apart: planned.apart)
    guard actual != planned else { return choice }
    let present = Dictionary(planned.layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    guard let other = actual.layers.first(where: { present[$0.name] != $0 }) else {
      throw Failure.failed(
        "\(path) cannot be followed: it has layers that the network does not have, or another order.")
    }
    let plan = present[other.name].map { layer in
      layer.problem == other.problem ? "\(layer)" : "\(layer.name) as \(layer.problem)"
    }
    throw Failure.failed(
      "\(path) cannot be followed to the letter. It says: \(plan ?? "nothing of it"). This bench would run: \(other) (\(other.problem)). Make "
        + "the plan again.")
  }

  /// What is not as it was when the plan was made.
  private static func change(_ file: PlanFile) -> String? {
    let machine = PlanMachine(MachineContext.capture())
    if file.machine.cpuModel != machine.cpuModel { return "on another machine (\(file.machine.cpuModel))" }
    if file.machine != machine { return "where the caches had other sizes" }
    return file.kernelSources == InstructionSet.kernelSources ? nil : "with other kernels"
  }

  private static func list(_ parts: [String]) -> String {
    parts.count < 2 ? parts.joined() : parts.dropLast().joined(separator: ", ") + " and " + parts.last!
  }
}
