import Convolution
import Networks
import Results
import Terms

extension PlannedPass {
  /// What a pass's groups run on.
  /// - Parameter apart: the convolutions that were kept out of groups
  init(_ pass: Pass, _ groups: [FusedGroup], apart: Set<String> = []) {
    self.init(
      pass: pass,
      layers: groups.flatMap { group in
        group.convolutions.map { convolution in
          let choices = convolution.assignments.map { assignment in
            let choice = PlannedLayer.Choice(
              backend: assignment.backend, algorithm: assignment.algorithm,
              microBatch: assignment.request.problem.batch)
            return (assignment.request.direction, choice)
          }
          return PlannedLayer(
            name: convolution.name, problem: convolution.problem.description,
            runsWith: group.names.filter { $0 != convolution.name }, runsApart: apart.contains(convolution.name),
            directions: Dictionary(uniqueKeysWithValues: choices))
        }
      })
  }

  /// The layers that were kept out of groups.
  var apart: Set<String> { Set(layers.filter(\.runsApart).map(\.name)) }

  /// - Throws: the name of a back end that there is none of here
  func pinned() throws(UnknownBackend) -> PinnedPlan {
    var plan = PinnedPlan()
    for layer in layers {
      if layer.runsApart { plan.runApart(layer.name) }
      for (direction, choice) in layer.directions {
        guard let backend = Backends.named(choice.backend) else {
          throw UnknownBackend(name: choice.backend, reason: "this bench has no such back end")
        }
        if let reason = backend.reasonUnavailable { throw UnknownBackend(name: choice.backend, reason: reason) }
        plan.pin(layer.name, direction, on: backend)
      }
    }
    return plan
  }

  /// A back end that a plan names and this program cannot run, with the reason as a part of a sentence.
  struct UnknownBackend: Error {
    let name: String
    let reason: String
  }
}

extension PlanKey {
  init(_ model: String, _ layers: [Layer], batch: Int, _ context: ExecutionContext) {
    self.init(
      model: model, imageSize: layers[0].input.height, batchSize: batch, instructionSet: context.kernels.name,
      threads: context.pool.count)
  }
}

extension PlanMachine {
  init(_ machine: Machine) {
    let caches = CacheSizes.current
    self.init(
      cpuModel: machine.cpuModel ?? "unknown", secondLevelCache: caches.second, lastLevelCache: caches.last)
  }
}

extension [FusedGroup] {
  /// Whether every convolution runs by the definition.
  var areExact: Bool {
    flatMap(\.assignments).allSatisfy { Backends.named($0.backend)?.followsDefinition ?? false }
  }

  /// A back end among them that is a shared library's.
  var foreignBackend: String? { flatMap(\.assignments).map(\.backend).first { Backends.named($0) == nil } }
}
