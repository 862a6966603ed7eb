import Convolution
import Terms

/// The choice of the back end that runs each layer.
package struct BackendChoice: Sendable {
  /// The value of `--backend`: a name of the registry, or `auto`.
  package let requested: String
  /// Refuse rather than let another back end run a convolution.
  package let strict: Bool
  private let preferred: (any ConvolutionBackend)?
  /// What a plan decides before `preferred` does.
  private var pinned = PinnedPlan()

  package static let automatic = "auto"
  /// What a choice calls itself that follows a plan from a file.
  package static let planned = "plan"

  /// - Parameter others: back ends that are not registered and can be named too
  /// - Throws: `NetworkError` for a name that is unknown or a back end that this machine cannot run.
  package init(
    _ requested: String = automatic, strict: Bool = false, others: [any ConvolutionBackend] = []
  ) throws(NetworkError) {
    self.requested = requested
    self.strict = strict
    if requested == Self.automatic {
      preferred = nil
      return
    }
    guard let backend = others.first(where: { $0.name == requested }) ?? Backends.named(requested) else {
      throw .unknownBackend(requested)
    }
    if let reason = backend.reasonUnavailable { throw .unavailableBackend(requested, reason: reason) }
    preferred = backend
  }

  /// The choice of a back end that need not be registered.
  package init(_ backend: any ConvolutionBackend, strict: Bool = false) {
    requested = backend.name
    self.strict = strict
    preferred = backend
  }

  /// The choice that a plan has made. What it does not mention is chosen as by `auto`.
  package init(_ plan: PinnedPlan, as name: String = planned) {
    requested = name
    strict = false
    preferred = nil
    pinned = plan
  }

  /// Whether a convolution stays out of groups that need not pay.
  func runsApart(_ layer: String) -> Bool { pinned.runsApart(layer) }

  /// The back end that runs a problem, and why it is not the one asked for. `auto` takes the first of the registry
  /// that can and that pays.
  package func backend(
    for problem: ConvolutionProblem, _ direction: Direction
  ) -> (backend: any ConvolutionBackend, refusal: String?) {
    guard let preferred else { return (Backends.fallback(problem, direction), nil) }
    guard let refusal = preferred.reasonUnsupported(problem, direction) else { return (preferred, nil) }
    return (Backends.fallback(problem, direction), refusal)
  }

  /// The back end of a layer, and why it is not the one asked for.
  ///
  /// - Throws: `NetworkError.strict` where another back end would have to run a convolution, and `.pinned` where a plan's
  ///   back end cannot run one.
  func assign(
    _ layer: Layer, _ problem: ConvolutionProblem, _ direction: Direction
  ) throws(NetworkError) -> (backend: any ConvolutionBackend, refusal: String?) {
    if let backend = pinned.backend(of: layer.name, direction) {
      if let reason = backend.reasonUnsupported(problem, direction) {
        throw .pinned(layer: layer.name, backend: backend.name, reason: reason)
      }
      return (backend, nil)
    }
    let (backend, refusal) = backend(for: problem, direction)
    if strict, layer.isConvolution, let refusal {
      throw .strict(layer: layer.name, backend: requested, reason: refusal)
    }
    return (backend, refusal)
  }
}
