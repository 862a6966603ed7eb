import Results

/// The properties that must agree for durations of two days to be comparable.
package struct Fingerprint: Equatable, Sendable {
  /// The properties, each with a name for people.
  package let values: [(name: String, value: String)]

  package init(_ context: Context, threads: Int, instructionSet: String) {
    let (machine, build) = (context.machine, context.build)
    values = [
      ("processor", machine.cpuModel ?? "unknown"), ("instruction set", instructionSet),
      ("cores", "\(machine.availableCores)"), ("kernel", machine.kernel ?? "unknown"),
      ("compiler", build.compiler), ("configuration", build.configuration),
      ("flags", build.timedFlags.joined(separator: " ")),
      ("BLAS", context.blas.map { "OpenBLAS \($0.version), \($0.core)" } ?? Self.notLoaded), ("threads", "\(threads)"),
    ]
  }

  /// A run that calls no BLAS does not load it, and does not differ from one that has loaded it in vain.
  private static let notLoaded = "not loaded"

  /// A line for each property that differs.
  package func differences(from other: Fingerprint) -> [String] {
    zip(values, other.values).compactMap { own, other in
      own.value == other.value || [own.value, other.value].contains(Self.notLoaded)
        ? nil : "\(own.name): \(other.value) then, \(own.value) now"
    }
  }

  package static func == (first: Fingerprint, second: Fingerprint) -> Bool { first.differences(from: second).isEmpty }
}
