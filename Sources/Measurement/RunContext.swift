import Foundation
import Results

/// Collects what `Context` holds, at the start of a run.
package enum RunContext {
  /// - Parameters:
  ///   - blas: as the library describes itself; this module does not know it
  ///   - timedFlags: the compiler flags of the targets that are timed
  package static func capture(
    commandLine: [String], blas: BLASLibrary?, timedFlags: [String] = ["-Ounchecked"],
    clock: any Clock = MonotonicClock()
  ) -> Context {
    Context(
      startTime: clock.wallTime.iso8601, commandLine: commandLine, machine: MachineContext.capture(),
      build: Build(
        compiler: compiler, configuration: configuration, timedFlags: timedFlags,
        timedCodeIsOptimised: isOptimised),
      commit: GitCommit.ofWorkingDirectory(), blas: blas,
      environment: libraryVariables(ProcessInfo.processInfo.environment))
  }

  /// The variables that change what OpenBLAS and OpenMP do.
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

  /// An assertion is evaluated only in code that is not optimised. This module is built as optimised as timed code.
  private static var isOptimised: Bool {
    var optimised = true
    assert(
      {
        optimised = false
        return true
      }())
    return optimised
  }

  /// The compiler tells its version only through comparisons.
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
