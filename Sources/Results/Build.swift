/// How this program was built.
package struct Build: Codable, Equatable, Sendable {
  package var compiler: String
  /// `debug` or `release`.
  package var configuration: String
  /// Flags of the code that is timed, instruction sets left out: the record names the one that ran.
  package var timedFlags: [String]
  package var timedCodeIsOptimised: Bool

  package init(compiler: String, configuration: String, timedFlags: [String], timedCodeIsOptimised: Bool) {
    self.compiler = compiler
    self.configuration = configuration
    self.timedFlags = timedFlags
    self.timedCodeIsOptimised = timedCodeIsOptimised
  }

  enum CodingKeys: String, CodingKey {
    case compiler, configuration
    case timedFlags = "timed_flags"
    case timedCodeIsOptimised = "timed_code_is_optimised"
  }
}
