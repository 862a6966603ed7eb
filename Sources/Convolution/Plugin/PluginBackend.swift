import CBenchBackend
import Terms

/// A back end of a shared library: a table of functions, `bench_backend`, as `Sources/CBenchBackend` documents it.
///
/// The library stays loaded until the process ends, so the table is valid for as long.
package struct PluginBackend: ConvolutionBackend, @unchecked Sendable {
  /// The library's, or what a user calls it.
  package var name: String
  package let summary: String
  package let reasonUnavailable: String?
  /// Whether the library has threads of its own; the pool's sleep while it works.
  package let ownsThreads: Bool
  /// Takes what the library reports as failures.
  package let journal = PluginJournal()
  /// Whether everything that a plan is given lies between pages that may not be touched. It is slow: for verification.
  package var isGuarded = false
  /// While guarded, whether a residual is added in place, and a ReLU mask read where the input gradient goes.
  package var worksInPlace = false
  /// Is told of each call of a plan's functions before it begins, and with nil after its return.
  package var onCall: (@Sendable (ConvolutionRequest?) -> Void)?

  /// A copy of the library's, in which functions that an older library does not have are nil.
  let table: bench_backend
  let address: UnsafePointer<bench_backend>

  /// - Throws: `PluginError` for a table that this version cannot take
  package init(_ address: UnsafePointer<bench_backend>) throws(PluginError) {
    self.address = address
    table = try Self.read(address)
    self.name = String(cString: table.name)
    guard Self.isValid(name: self.name) else { throw .invalidName(self.name) }
    summary = table.summary.map { String(cString: $0) } ?? "a back end of a shared library"
    ownsThreads = table.flags & UInt32(BENCH_OWNS_THREADS) != 0
    if let reason = table.unavailable {
      reasonUnavailable = String(cString: reason)
    } else if let required = InstructionSet(plugin: table.instruction_set) {
      reasonUnavailable =
        required.isAvailable ? nil : "It requires \(required.rawValue), which this processor does not have."
    } else {
      reasonUnavailable = "It requires instruction set \(table.instruction_set), which this bench does not know."
    }
  }

  /// Why it cannot run with no more than `set`, as a sentence, or nil.
  package func reasonUnavailable(with set: InstructionSet) -> String? {
    if let reasonUnavailable { return reasonUnavailable }
    guard let required = InstructionSet(plugin: table.instruction_set), required > set else { return nil }
    return "It requires \(required.rawValue), and --isa \(set.rawValue) allows less."
  }

  package static func isValid(name: String) -> Bool {
    name.wholeMatch(of: /[A-Za-z0-9._-]{1,40}/) != nil
  }

  package func reasonUnsupported(_ problem: ConvolutionProblem, _ direction: Direction) -> String? {
    reasonUnsupported(bench_problem(problem, direction))
  }

  func reasonUnsupported(_ problem: bench_problem) -> String? {
    var problem = problem
    let (answer, text) = withPluginText { table.supports(address, &problem, $0, $1) }
    return answer == 1 ? nil : text.isEmpty ? "\(name) does not support it, and does not say why." : text
  }

  package func fusions(_ problem: ConvolutionProblem, _ direction: Direction) -> Fusions {
    let offered: [(Fusions, UInt32)] =
      switch direction {
      case .forward: [(.maxPool, Capability.maxPool | Capability.bias | Capability.relu)]
      case .inputGradient: [(.maxPool, Capability.maxPool), (.reluBackward, Capability.reluMask)]
      case .filterGradient: [(.maxPool, Capability.maxPool), (.biasGradient, Capability.biasGradient)]
      }
    var (fusions, fused): (Fusions, UInt32) = ([], 0)
    for (fusion, bits) in offered where table.capabilities & bits == bits {
      // Each is offered only together with those before it, because they may be asked for together.
      guard reasonUnsupported(bench_problem(problem, direction, fused: fused | bits)) == nil else { continue }
      fusions.insert(fusion)
      fused |= bits
    }
    return fusions
  }

  package func plan(_ request: ConvolutionRequest, in context: ExecutionContext) -> any ConvolutionPlan {
    PluginPlan(request, self, in: context)
  }
}
