/// How this program was built.
package struct Build: Codable, Equatable, Sendable {
  package var compiler: String
  /// `debug` or `release`.
  package var configuration: String
  /// The compiler flags of the timed code, without those of instruction sets. A record names the set that ran.
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
