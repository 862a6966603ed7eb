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
    #expect(Command(["A=1", "echo", "two words"]).outcome(limit: 10) == .output("two words\n"))
    #expect(Command(["sh", "-c", "echo why >&2; exit 3"]).outcome(limit: 10) == .failed(status: 3, "why\n"))
    #expect(Command(["no-such-command-anywhere"]).outcome(limit: 10) == .missing)
    let start = Date()
    #expect(Command(["sleep", "30"]).outcome(limit: 0.05) == .silent)
    #expect(Date().timeIntervalSince(start) < 10)
  }

  /// The git that is here lists no variable that its children would keep.
  @Test func variablesOfARepositoryAreNotInherited() throws {
    guard case .output(let list) = Command(["git", "rev-parse", "--local-env-vars"]).outcome(limit: 10) else {
      Issue.record("git does not answer")
      return
    }
    let names = list.split(separator: "\n").map(String.init)
    #expect(names.contains("GIT_INDEX_FILE"))
    let environment = Dictionary(uniqueKeysWithValues: names.map { ($0, "x") } + [("HOME", "/root")])
    #expect(ChildEnvironment.without(environment) == ["HOME": "/root"])
  }
}
