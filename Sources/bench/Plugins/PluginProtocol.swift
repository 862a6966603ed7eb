import Convolution
import Tensors
import Terms

// What `bench` and the child process that has loaded a library say to each other: JSON objects, one a line.

/// What the child is asked for. The reply of each is named with it; `refused` and, but for `verify`, `failed` are others.
enum PluginQuestion: Codable {
  /// `verified`
  case verify(PluginRequest)
  /// Prepare a plan and tensors for steps, in memory without guards: `prepared`.
  case prepare(PluginRequest)
  /// Take a step of what was prepared: `took`.
  /// - warms: take one before that fills the caches and is not timed
  case step(warms: Bool)
  /// Run a network on a file of another framework: `calling` for each call of the library and each return, then
  /// `compared`.
  case compare(PluginComparison)
}

/// One request on one of the library's back ends.
struct PluginRequest: Codable, Hashable {
  /// The back end's place in the library.
  let backend: Int
  let problem: String
  let direction: Direction
  let bias: Bool
  let residual: Bool
  let activation: String
  let fusions: Int
  let filterIsConstant: Bool
  let worksInPlace: Bool
  let seed: UInt64

  init(_ backend: Int, _ request: ConvolutionRequest, worksInPlace: Bool, seed: UInt64) {
    self.backend = backend
    problem = request.problem.description
    direction = request.direction
    bias = request.epilogue.bias
    residual = request.epilogue.residual
    activation = request.epilogue.activation.rawValue
    fusions = request.fusions.rawValue
    filterIsConstant = request.filterIsConstant
    self.worksInPlace = worksInPlace
    self.seed = seed
  }

  func request() throws -> ConvolutionRequest {
    ConvolutionRequest(
      try ConvolutionProblem(parsing: problem), direction,
      epilogue: Epilogue(bias: bias, residual: residual, activation: Activation(rawValue: activation) ?? .none),
      fusions: Fusions(rawValue: fusions), filterIsConstant: filterIsConstant)
  }
}

/// A pass of a network, with one of the library's back ends.
struct PluginComparison: Codable {
  /// The back end's place in the library, and its name there or the one that the user gave it.
  let backend: Int
  let name: String
  let model: String
  let reference: String
  let pass: Pass
  let strict: Bool
}

enum PluginReply: Codable {
  /// The first line: what the library offers.
  case loaded(backends: [PluginIdentity])
  /// The first line: why it cannot be loaded, as a sentence.
  case refused(reason: String)
  case verified(verdict: PluginVerdict)
  case prepared(algorithm: String, workspaceBytes: Int)
  case took(seconds: Double)
  /// The library reported failures, as parts of a sentence.
  case failed(faults: [String])
  /// A call of the library begins, for this direction and problem; nil where it has returned.
  case calling(request: String?)
  case compared(tensors: [PluginTensor])
}

/// One tensor of a network against its reference.
struct PluginTensor: Codable {
  let tensor: String
  let max: Double
  let relativeL2: Double
  let sensitivity: Double
}

struct PluginIdentity: Codable {
  let name: String
  let summary: String
  let reasonUnavailable: String?
  let ownsThreads: Bool
}

/// The outcome of one request.
struct PluginVerdict: Codable {
  let algorithm: String
  let max: Double
  let relativeL2: Double
  let allowedMax: Double
  let allowedL2: Double
  /// What the library reported, or touched outside of what it was given, as parts of sentences.
  let faults: [String]
  /// What is wrong with the result, as parts of sentences.
  let findings: [String]

  var error: RelativeError { RelativeError(max: max, relativeL2: relativeL2) }
  private var isWithinTolerance: Bool {
    Tolerance(max: allowedMax, relativeL2: allowedL2, because: "").admits(error)
  }

  /// What is wrong, as parts of a sentence; empty where nothing is.
  var complaints: [String] {
    // Values that a failed call leaves mean nothing.
    if faults.contains(where: { $0.contains(" returned ") }) { return faults }
    let all = faults + findings.filter { !faults.contains($0) }
    guard all.isEmpty, !isWithinTolerance else { return all }
    return ["its error is \(error), and max \(allowedMax), L2 \(allowedL2) are allowed"]
  }
}
