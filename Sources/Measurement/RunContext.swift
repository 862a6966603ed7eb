import Foundation
import Results

/// Collects the values of a `Context` at the start of a run, but for the commit; see `CommitInquiry`.
package enum RunContext {
  /// - Parameters:
  ///   - blas: the library's description of itself, which this module cannot ask for
  ///   - timedCodeIsOptimised: the kernels' description of themselves, which it cannot ask for either
  ///   - timedFlags: the compiler flags of the timed targets
  package static func capture(
    commandLine: [String], blas: BLASLibrary?, timedCodeIsOptimised: Bool, timedFlags: [String] = ["-Ounchecked"],
    clock: any Clock = MonotonicClock()
  ) -> Context {
    Context(
      startTime: clock.wallTime.iso8601, commandLine: commandLine, machine: MachineContext.capture(),
      build: Build(
        compiler: compiler, configuration: configuration, timedFlags: timedFlags,
        timedCodeIsOptimised: timedCodeIsOptimised),
      commit: nil, blas: blas,
      environment: libraryVariables(ProcessInfo.processInfo.environment))
  }

  /// The environment variables that OpenBLAS and OpenMP read.
  static func libraryVariables(_ environment: [String: String]) -> [String: String] {
    environment.filter { name, _ in ["OPENBLAS_", "OMP_", "GOTO_"].contains { name.hasPrefix($0) } }
  }

  private static var configuration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  /// The compiler's version. A program can only compare it, not read it.
  private static var compiler: String {
    #if compiler(>=6.5)
      "Swift 6.5 or later"
    #elseif compiler(>=6.4)
      "Swift 6.4"
    #elseif compiler(>=6.3.3)
      "Swift 6.3.3 or later"
    #elseif compiler(>=6.3.2)
      "Swift 6.3.2"
    #elseif compiler(>=6.3.1)
      "Swift 6.3.1"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #else
      "Swift 6.2"
    #endif
  }
}
