import Foundation
import Terms

/// A plan as a file: what runs each layer of a network, made once and pinned from then on.
///
/// It holds for one network, image size, batch, instruction set and number of threads. What else it was made with, the
/// machine and the kernels, says whether its choices may still be the fastest.
package struct PlanFile: Codable, Equatable, Sendable {
  /// Tells a plan from the results of other commands.
  package static let kind = "plan"
  /// No plan has so many bytes.
  package static let largest = 16 << 20

  package let schema: Int
  package let kind: String
  /// What has chosen: `tune`, or the back end that was asked for.
  package var origin: String
  package var key: PlanKey
  /// Whether only convolutions by the definition were allowed.
  package var isExact: Bool
  package var machine: PlanMachine
  /// The checksum of the sources of kernels and back ends.
  package var kernelSources: String
  package var passes: [PlannedPass]

  package init(
    origin: String, key: PlanKey, isExact: Bool, machine: PlanMachine, kernelSources: String, passes: [PlannedPass]
  ) {
    schema = ResultFile.schema
    kind = Self.kind
    self.origin = origin
    self.key = key
    self.isExact = isExact
    self.machine = machine
    self.kernelSources = kernelSources
    self.passes = passes
  }

  /// - Parameter path: where `json` comes from, for the sentence of an error
  package init(json: Data, path: String) throws(ResultsError) {
    guard ResultJSON.kind(json) == Self.kind else { throw .isNoPlan(path: path) }
    self = try ResultJSON.decode(json, path: path)
    for (index, pass) in passes.enumerated() {
      if passes[..<index].contains(where: { $0.pass == pass.pass }) {
        throw .wrongValue(path: path, key: "passes[\(index)].pass", reason: "'\(pass.pass.rawValue)' comes twice")
      }
      var names = Set<String>()
      for (number, layer) in pass.layers.enumerated() where !names.insert(layer.name).inserted {
        throw .wrongValue(
          path: path, key: "passes[\(index)].layers[\(number)].name", reason: "'\(layer.name)' comes twice")
      }
    }
  }

  /// The bytes of the file at `path`. A digest of them names the plan.
  package static func bytes(_ path: String) throws(ResultsError) -> Data {
    let bytes = try ResultStore.data(path)
    guard bytes.count <= largest else { throw .isNoPlan(path: path) }
    return bytes
  }

  /// Sorted keys, a newline at the end.
  package func json() throws(ResultsError) -> Data { try ResultJSON.encode(self) }

  /// Writes to `path` whole or not at all, and replaces a file that is there.
  package func write(to path: String) throws(ResultsError) { try AtomicFile().replace(path, with: json()) }

  package subscript(pass: Pass) -> PlannedPass? { passes.first { $0.pass == pass } }

  enum CodingKeys: String, CodingKey {
    case schema, kind, origin, machine, passes
    case key = "made_for"
    case isExact = "exact"
    case kernelSources = "kernel_sources"
  }
}

/// What a plan is made for: it runs nothing else.
package struct PlanKey: Codable, Hashable, Sendable {
  package var model: String
  /// The height of the images in pixels.
  package var imageSize: Int
  package var batchSize: Int
  package var instructionSet: String
  package var threads: Int

  package init(model: String, imageSize: Int, batchSize: Int, instructionSet: String, threads: Int) {
    self.model = model
    self.imageSize = imageSize
    self.batchSize = batchSize
    self.instructionSet = instructionSet
    self.threads = threads
  }

  /// What differs from another key, as `batch 16` here and `batch 32` there.
  package func differences(from other: PlanKey) -> [(mine: String, other: String)] {
    func threads(_ count: Int) -> String { "\(count) thread\(count == 1 ? "" : "s")" }
    return [
      (model, other.model), ("images of \(imageSize) pixels", "images of \(other.imageSize) pixels"),
      ("batch \(batchSize)", "batch \(other.batchSize)"), (instructionSet, other.instructionSet),
      (threads(self.threads), threads(other.threads)),
    ].filter { $0.0 != $0.1 }.map { (mine: $0.0, other: $0.1) }
  }

  enum CodingKeys: String, CodingKey {
    case model, threads
    case imageSize = "image_size"
    case batchSize = "batch_size"
    case instructionSet = "instruction_set"
  }
}

/// The machine that a plan was made on.
package struct PlanMachine: Codable, Hashable, Sendable {
  package var cpuModel: String
  /// In bytes; the second is that of one core.
  package var secondLevelCache: Int
  package var lastLevelCache: Int

  package init(cpuModel: String, secondLevelCache: Int, lastLevelCache: Int) {
    self.cpuModel = cpuModel
    self.secondLevelCache = secondLevelCache
    self.lastLevelCache = lastLevelCache
  }

  enum CodingKeys: String, CodingKey {
    case cpuModel = "cpu_model"
    case secondLevelCache = "second_level_cache_bytes"
    case lastLevelCache = "last_level_cache_bytes"
  }
}

/// A pass of a plan.
package struct PlannedPass: Codable, Equatable, Sendable {
  package var pass: Pass
  /// Every layer with a convolution problem, in the order of the network.
  package var layers: [PlannedLayer]

  package init(pass: Pass, layers: [PlannedLayer]) { (self.pass, self.layers) = (pass, layers) }
}

/// How a plan runs a layer.
package struct PlannedLayer: Codable, Equatable, Sendable {
  package var name: String
  /// The text of its convolution problem, for the whole batch.
  package var problem: String
  /// The layers that it runs together with.
  package var runsWith: [String]
  /// Whether it was decided that it stays out of groups that need not pay.
  package var runsApart: Bool
  package var directions: [Direction: Choice]

  /// What runs a direction. The algorithm and the images at a time follow from the rest; they tell whether another
  /// version still decides alike.
  package struct Choice: Codable, Hashable, Sendable {
    package var backend: String
    package var algorithm: String
    package var microBatch: Int

    package init(backend: String, algorithm: String, microBatch: Int) {
      self.backend = backend
      self.algorithm = algorithm
      self.microBatch = microBatch
    }

    enum CodingKeys: String, CodingKey {
      case backend, algorithm
      case microBatch = "micro_batch"
    }
  }

  package init(name: String, problem: String, runsWith: [String], runsApart: Bool, directions: [Direction: Choice]) {
    self.name = name
    self.problem = problem
    self.runsWith = runsWith
    self.runsApart = runsApart
    self.directions = directions
  }

  enum CodingKeys: String, CodingKey {
    case name, problem, directions
    case runsWith = "runs_with"
    case runsApart = "runs_apart"
  }
}

extension PlannedLayer: CustomStringConvertible {
  /// Such as `conv1_2 with pool1: forward winograd, F(4x4,3x3), 16 images at a time`.
  package var description: String {
    let directions = Direction.allCases.compactMap { direction in
      self.directions[direction].map { choice in
        let images = "\(choice.microBatch) image\(choice.microBatch == 1 ? "" : "s")"
        return "\(direction) \(choice.backend), \(choice.algorithm), \(images) at a time"
      }
    }
    let others = runsWith.isEmpty ? "" : " with \(runsWith.joined(separator: ", "))"
    return "\(name)\(others): \(directions.joined(separator: "; "))"
  }
}

/// Which plan a run followed.
package struct PlanReference: Codable, Hashable, Sendable {
  package var path: String
  /// Of the file's bytes.
  package var sha256: String

  package init(path: String, sha256: String) { (self.path, self.sha256) = (path, sha256) }
}
