import Foundation
import Results

/// Collects what `Context` holds, at the start of a run.
package enum RunContext {
  /// - Parameters:
  ///   - blas: as the library describes itself; this module does not know it
  ///   - timedCodeIsOptimised: as it says itself; this module does not know it either
  ///   - timedFlags: the compiler flags of the targets that are timed
  package static func capture(
    commandLine: [String], blas: BLASLibrary?, timedCodeIsOptimised: Bool, timedFlags: [String] = ["-Ounchecked"],
    clock: any Clock = MonotonicClock()
  ) -> Context {
    Context(
      startTime: clock.wallTime.iso8601, commandLine: commandLine, machine: MachineContext.capture(),
      build: Build(
        compiler: compiler, configuration: configuration, timedFlags: timedFlags,
        timedCodeIsOptimised: timedCodeIsOptimised),
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
