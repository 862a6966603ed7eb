import Foundation
import Terms
import Testing

@testable import Results

@Suite struct ProfileFileTests {
  static let file: ProfileFile = {
    var record = ProfileRecord(
      model: "vgg16", pass: .forward, batchSize: 1, imageSize: 224, backend: "auto", threadCount: 2, seed: 7,
      instructionSet: "avx2", verification: .skipped, flopPerStep: 3e10)
    record.durations = [0.1, 0.3]
    record.plainDurations = [0.1, 0.2]
    record.threads = (0..<2).map { _ in .init(busy: 0.1, waiting: 0.1, idle: 0, preempted: 0, starting: 0) }
    record.timeline = ProfileTimeline(
      step: 0.3,
      threads: [
        [
          .init(begin: 0, duration: 0.1, layer: nil, activity: .other),
          .init(begin: 0.1, duration: 0.2, layer: 0, activity: .phase(.products)),
        ],
        [.init(begin: 0, duration: 0.3, layer: nil, activity: .idle)],
      ])
    return ProfileFile(context: full.context, records: [record])
  }()

  @Test func jsonIsReadBackAsItWas() throws {
    #expect(try ProfileFile(json: Self.file.json(), path: "p.json") == Self.file)
  }

  /// A file without a timeline, as older ones are, is read.
  @Test func timelineIsOptional() throws {
    var file = Self.file
    file.records[0].timeline = nil
    let json = try file.json()
    #expect(!String(decoding: json, as: UTF8.self).contains("timeline"))
    #expect(try ProfileFile(json: json, path: "p.json") == file)
  }

  @Test func columnsOfDifferentLengthsAreRefused() throws {
    let text = String(decoding: try Self.file.json(), as: UTF8.self)
    let broken = text.replacing("\"products\"", with: "\"products\", \"waiting\"")
    #expect(throws: ResultsError.self) { try ProfileFile(json: Data(broken.utf8), path: "p.json") }
    do throws(ResultsError) {
      _ = try ProfileFile(json: Data(broken.utf8), path: "p.json")
    } catch { #expect("\(error)".contains("the columns of a thread have different lengths"), "\(error)") }
  }

  /// Otherwise a comparison would read beyond the end of the shorter one.
  @Test func listsOfAnotherLengthAreRefused() throws {
    var file = Self.file
    file.records[0].plainDurations = [0.1]
    let error = #expect(throws: ResultsError.self) { try ProfileFile(json: file.json(), path: "p.json") }
    let sentence =
      "p.json has a wrong value at 'records[0].plain_durations_s' (it needs 2 entries, one for each step, not 1)"
    #expect("\(try #require(error))".hasPrefix(sentence))
    file = Self.file
    file.records[0].threadCount = 3
    #expect(throws: ResultsError.self) { try ProfileFile(json: file.json(), path: "p.json") }
  }

  @Test func aProfileIsNoResultOfARun() throws {
    let json = try Self.file.json()
    #expect(throws: ResultsError.isProfile(path: "p.json")) { try ResultFile(json: json, path: "p.json") }
    #expect("\(ResultsError.isProfile(path: "p.json"))".hasSuffix("show it with `bench report p.json`."))
    #expect(try !ProfileFile.isProfile(full.json()))
  }
}
