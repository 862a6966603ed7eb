import Foundation
import Results
import Testing

@testable import Measurement

@Suite struct RunContextTests {
  @Test func keepsOnlyTheVariablesOfTheLibraries() {
    let environment = [
      "OPENBLAS_CORETYPE": "Haswell", "OMP_NUM_THREADS": "2", "GOTO_NUM_THREADS": "1", "HOME": "/home/somebody",
      "MY_OPENBLAS_": "no",
    ]
    #expect(
      RunContext.libraryVariables(environment) == [
        "OPENBLAS_CORETYPE": "Haswell", "OMP_NUM_THREADS": "2", "GOTO_NUM_THREADS": "1",
      ])
  }

  @Test func capturesARun() {
    let blas = BLASLibrary(version: "0.3.21", core: "Zen", threads: 2)
    let clock = ManualClock(start: WallTime(microseconds: 5))
    let context = RunContext.capture(
      commandLine: ["bench", "vgg16"], blas: blas, timedCodeIsOptimised: false, clock: clock)
    #expect(context.startTime == "1970-01-01T00:00:00.000005Z")
    #expect(context.commandLine == ["bench", "vgg16"])
    #expect(context.blas == blas)
    #expect(context.build.compiler.hasPrefix("Swift 6."))
    #expect(["debug", "release"].contains(context.build.configuration))
    #expect(!context.build.timedCodeIsOptimised)
    #expect(context.activity == nil)
  }

  @Test func commitIsParsed() {
    let hash = "0123456789abcdef0123456789abcdef01234567"
    #expect(GitCommit.parse("\(hash)\n") == Commit(hash: hash, isDirty: false))
    #expect(GitCommit.parse("\(hash)-dirty\n") == Commit(hash: hash, isDirty: true))
    #expect(GitCommit.parse("") == nil)
    #expect(GitCommit.parse("fatal: not a git repository") == nil)
  }

  @Test func commandsAnswerOrAreGivenUp() {
    #expect(GitCommit.answer(of: ["A=1", "echo", "two words"], limit: 10) == "two words\n")
    #expect(GitCommit.answer(of: ["false"], limit: 10) == nil)
    #expect(GitCommit.answer(of: ["no-such-command-anywhere"], limit: 10) == nil)
    let start = Date()
    #expect(GitCommit.answer(of: ["sleep", "30"], limit: 0.05) == nil)
    #expect(Date().timeIntervalSince(start) < 10)
  }
}
