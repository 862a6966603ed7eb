import Terms

/// The registry of back ends.
package enum Backends {
  /// Every back end in order of preference, the reference last: `fallback` takes the first that can and pays. Tests,
  /// comparison, command line and reports take theirs from here.
  package static let all: [any ConvolutionBackend] = [
    Winograd(), Direct(), Winograd(.two), Winograd(.six), Im2col(), Naive(),
  ]

  package static func named(_ name: String) -> (any ConvolutionBackend)? { all.first { $0.name == name } }

  /// The back end for a layer that has none of its own: the first one for which it pays. The reference takes
  /// everything.
  package static func fallback(_ problem: ConvolutionProblem, _ direction: Direction) -> any ConvolutionBackend {
    // Availability comes last: to know it, im2col loads its library.
    all.first {
      $0.reasonUnsupported(problem, direction) == nil && $0.pays(problem, direction) && $0.reasonUnavailable == nil
    } ?? Naive()
  }
}
