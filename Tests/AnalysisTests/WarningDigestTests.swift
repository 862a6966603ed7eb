import Testing

@testable import Analysis

@Suite struct WarningDigestTests {
  @Test func sameSentencesAreOne() {
    let runs = ["auto", "direct"].map { ($0, ["The governor is unknown."]) }
    #expect(WarningDigest(runs).sentences == ["Warning (auto, direct): The governor is unknown."])
  }

  /// The numbers of one run must not be shown for the others.
  @Test func numbersHaveAnOwner() {
    let digest = WarningDigest([
      ("auto", ["4 of 30 steps lie outside."]), ("direct", []), ("im2col", ["9 of 30 steps lie outside."]),
    ])
    #expect(digest.sentences == ["Warning (auto, im2col; numbers of auto): 4 of 30 steps lie outside."])
  }

  @Test func manyAreCounted() {
    let all = (1...5).map { ("run \($0)", ["x"]) }
    #expect(WarningDigest(all).sentences == ["Warning (all 5): x"])
    #expect(WarningDigest(all + [("last", [])]).sentences == ["Warning (run 1, run 2 and 3 more): x"])
    #expect(
      WarningDigest(all.enumerated().map { ($1.0, ["\($0) steps."]) }).sentences == [
        "Warning (all 5; numbers of run 1): 0 steps."
      ])
  }

  /// A side of a comparison may have several files of one name.
  @Test func sharedNameStandsOnce() {
    let runs = [("a", ["1 step."]), ("a", ["2 steps."]), ("b", []), ("a", ["3 step."])]
    #expect(
      WarningDigest(runs).sentences == [
        "Warning (a; numbers of one run): 1 step.", "Warning (a): 2 steps.",
      ])
  }
}
