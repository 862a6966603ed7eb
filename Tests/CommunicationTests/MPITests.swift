import Foundation
import RankTestSupport
import Results
import TestSupport
import Testing

/// Runs of several processes. They need programs that `scripts/test-mpi` builds.
@Suite(.serialized, .enabled(if: Launch.isPossible, "mpirun or programs with the trait are missing: scripts/test-mpi"))
struct MPITests {
  /// A step takes some milliseconds.
  static let tiny = [
    "--pass", "train", "--image-size", "32", "--batch-size", "2", "--burn-in", "1", "--threads", "1", "--no-verify",
  ]

  private func options(_ ranks: Int) -> [String] {
    ["-np", "\(ranks)", "--oversubscribe", "--bind-to", "none"]
  }

  @Test(arguments: [2, 4], [64, 1000, 1 << 20])
  func stepsEqualThoseOfOneProcess(_ ranks: Int, _ bucketBytes: Int) throws {
    try withDirectory { (directory: String) throws in
      let launch = try Launch(options(ranks) + ["\(Launch.programs)/RankCheck", "\(bucketBytes)"], in: directory)
      #expect(launch.status == 0 && launch.out.hasPrefix("\(ranks) ranks, "), "\(launch.out) \(launch.err)")
    }
  }

  /// The record has every rank, and rank 0 alone prints.
  @Test(arguments: [("mobilenetv2", 2), ("alexnet", 2), ("mobilenetv2", 4)])
  func everyRankIsInTheRecord(_ model: String, _ ranks: Int) throws {
    try withDirectory { (directory: String) throws in
      var words = [Launch.bench, model] + Self.tiny + ["--num-batches", "4", "--share-cores", "--output", "r.json"]
      if model == "alexnet" { words[words.firstIndex(of: "32")!] = "63" }
      let launch = try Launch(options(ranks) + words + ["--bucket-size", "1"], in: directory)
      #expect(launch.status == 0, "\(launch.err)")
      #expect(launch.out.components(separatedBy: "median").count == 2, "\(launch.out)")
      let record = try #require(try ResultStore.read("\(directory)/r.json").records.first)
      let team = try #require(record.ranks)
      #expect(team.ranks.count == ranks && team.sharesCores && team.gradientBytes > 10 << 20)
      #expect(team.buckets.reduce(0) { $0 + $1.bytes } == team.gradientBytes)
      #expect(team.buckets.allSatisfy { $0.bytes <= team.bucketBytes && $0.ready! > 0 })
      for rank in team.ranks {
        #expect(rank.durations.count == 4 && rank.inFlight.count == 4 && rank.exposed.count == 4)
        for (step, duration) in rank.durations.enumerated() {
          #expect(0 < rank.inFlight[step] && rank.inFlight[step] < duration && rank.exposed[step] < duration)
        }
      }
      #expect(record.durations == team.ranks[0].durations)
    }
  }

  @Test func scalingTakesTurns() throws {
    try withDirectory { (directory: String) throws in
      let launch = try Launch(
        options(2) + [Launch.bench, "mobilenetv2"] + Self.tiny
          + ["--num-batches", "6", "--scaling", "--share-cores", "--output", "r.json"], in: directory)
      #expect(launch.status == 0, "\(launch.err)")
      #expect(launch.out.contains("of 2 ranks against one alone") && launch.out.contains("without communication"))
      let ranks = try #require(try ResultStore.read("\(directory)/r.json").records.first?.ranks).ranks
      #expect(ranks[0].aloneDurations?.count == 6 && ranks[1].aloneDurations == nil)
      #expect(ranks.allSatisfy { $0.separateDurations?.count == 6 && $0.durations.count == 6 })
    }
  }

  // MARK: Refusals: one message, and an exit code on all

  @Test func otherOptionsAreRefused() throws {
    try expectRefusal(
      ["-np", "1", "--oversubscribe", Launch.bench, "mobilenetv2"] + Self.tiny
        + [":", "-np", "1", Launch.bench, "alexnet"] + Self.tiny, saying: "Rank 1 was given other arguments")
  }

  @Test func errorOfOneRankEndsAll() throws {
    try expectRefusal(
      ["-np", "1", "--oversubscribe", Launch.bench, "mobilenetv2"] + Self.tiny
        + [":", "-np", "1", Launch.bench, "mobilenetv3"] + Self.tiny, saying: "Rank 1: Error: There is no model")
  }

  @Test(arguments: [
    (["mobilenetv2", "--pass", "forward"], "run them with --pass train"),
    (["mobilenetv2", "--batch-size", "0"], "--batch-size must be"),
    (["mobilenetv2", "--pass", "train", "--layers"], "--layers looks into one process"),
    (["list"], "`bench list` runs in one process"),
    (["mobilenetv2", "--pass", "train"], "Ranks 0 and 1 share core"),
    (["mobilenetv2", "--pass", "train", "--threads", "3"], "Ranks 0 and 1 share core"),
  ]) func whatHasNoMeaningIsRefused(_ words: [String], _ sentence: String) throws {
    try expectRefusal(options(2) + [Launch.bench] + words, saying: sentence)
  }

  private func expectRefusal(
    _ arguments: [String], saying sentence: String, at location: SourceLocation = #_sourceLocation
  ) throws {
    try withDirectory { (directory: String) throws in
      let launch = try Launch(arguments, in: directory, limit: 60)
      #expect(launch.status == 64 && launch.out == "", "\(launch.out) \(launch.err)", sourceLocation: location)
      #expect(
        launch.err.components(separatedBy: sentence).count == 2, "\(launch.err)", sourceLocation: location)
    }
  }

  // MARK: Ranks that are lost

  /// Rank 1 is killed or stopped after the first steps.
  @Test(arguments: ["KILL", "STOP"]) func lostRankEndsTheRun(_ signal: String) throws {
    try withDirectory { (directory: String) throws in
      let command = ([Launch.bench, "mobilenetv2"] + Self.tiny).joined(separator: " ")
      let script = """
        if [ "$OMPI_COMM_WORLD_RANK" = 1 ]; then
          (until grep -q durations r.json 2>/dev/null; do sleep 0.1; done; sleep 1; kill -\(signal) $$) &
        fi
        exec \(command) --num-batches 1000000 --share-cores --rank-timeout 3 --output r.json
        """
      let start = Date()
      let launch = try Launch(options(2) + ["sh", "-c", script], in: directory)
      #expect(launch.status != 0 && launch.status != 124, "\(launch.err)")
      #expect(Date().timeIntervalSince(start) < 60)
      if signal == "STOP" { #expect(launch.err.contains("Rank 0 has waited 3 s for another rank"), "\(launch.err)") }
      let record = try #require(try ResultStore.read("\(directory)/r.json").records.first)
      #expect(record.durations.count > 1 && record.stoppedEarly == .interrupted && record.ranks?.ranks.count == 2)
    }
  }
}
