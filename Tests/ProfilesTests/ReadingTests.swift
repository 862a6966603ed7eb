import Foundation
import TestSupport
import Testing

@testable import Profiles

@Suite struct ReadingTests {
  static let whole = CPUProfileBytes(samples: [(3, [0x1010, 0x1020]), (1, [0x1500])])

  @Test func samplesAndMapAreRead() throws {
    let profile = try read(Self.whole.bytes)
    #expect(profile.period == 10_000 && profile.hertz == 100 && profile.sampleCount == 4)
    #expect(
      profile.samples == [
        Profile.Sample(count: 3, addresses: [0x1010, 0x1020]), Profile.Sample(count: 1, addresses: [0x1500]),
      ])
    #expect(
      profile.mappings == [Mapping(addresses: 0x1000..<0x2000, offset: 0, path: "/nonexistent/lib/libfirst.so.1")])
  }

  @Test func longerHeadersAreSkipped() throws {
    var file = Self.whole
    file.header = [0, 5, 0, 10_000, 0, 7, 7]
    #expect(try read(file.bytes).sampleCount == 4)
  }

  @Test func aMapHasDataAndNamelessLinesAsWell() {
    let text = """
      7f00-7f10 rw-p 00000000 00:00 0
      7f10-7f20 r--p 00000000 08:01 5    /lib/a.so
      7f20-7f30 r-xp 00001000 08:01 5    /lib/a b.so (deleted)
      ffff-fff0 r-xp 00000000 08:01 5    /lib/backwards.so
      rubbish
      """
    let code = Mapping(addresses: 0x7f20..<0x7f30, offset: 0x1000, path: "/lib/a b.so (deleted)")
    #expect(Mapping.all(in: text) == [code])
  }

  /// However a file is cut, it is refused with one sentence.
  @Test func truncatedFilesAreRefused() throws {
    let bytes = Self.whole.bytes
    let words = bytes.count - Self.whole.text.utf8.count
    for count in 1..<words {
      let sentence = try #require(refusal(bytes.prefix(count)), "cut at \(count)")
      #expect(sentence.hasSuffix("."))
      if count >= 40 { #expect(sentence.contains("ends in the middle"), "cut at \(count)") }
    }
    #expect(refusal(bytes.prefix(words))?.contains("ends in the middle") == true, "without its map")
  }

  @Test func otherFilesAreRefused() throws {
    #expect(refusal(Data())?.contains("is empty") == true)
    for text in ["{\"records\": []}", String(repeating: "no profile ", count: 100)] {
      #expect(refusal(Data(text.utf8))?.contains("is no CPU profile of gperftools") == true)
    }
    for header: [UInt64] in [[1, 3, 0, 10_000, 0], [0, 2, 0, 10_000], [0, 3, 1, 10_000, 0], [0, 3, 0, 0, 0]] {
      var file = Self.whole
      file.header = header
      #expect(refusal(file.bytes)?.contains("is no CPU profile") == true, "\(header)")
    }
    var deep = CPUProfileBytes().header + [1, .max]
    deep.withUnsafeMutableBytes { #expect(refusal(Data($0))?.contains("is no CPU profile") == true) }
    #expect(throws: ProfileError.cannotRead(path: "/nonexistent", reason: "No such file or directory")) {
      try Profile(path: "/nonexistent")
    }
    #expect(throws: ProfileError.cannotRead(path: "/", reason: "it is no regular file")) { try Profile(path: "/") }
  }

  @Test func noSamplesIsSaid() {
    #expect(
      refusal(CPUProfileBytes().bytes)?.contains("has no samples: the timed steps were too short for 100") == true)
  }

  @Test func notesComeBack() throws {
    var notes = ProfileNotes()
    notes.command = "bench vgg16"
    notes.processorTime = 1.25
    notes.operations = [ProfiledOperation(pass: "forward", layer: "conv1", phase: "input gradient")]
    notes.ticks = [.init(address: 0x1010, label: 1): 2]
    var file = Self.whole
    file.text += notes.text + "# bench\tnew\tunknown\n# bench\ttick\tx\ty\tz\n"
    #expect(try read(file.bytes).notes == notes)
    #expect(try read(file.bytes).mappings.count == 1)
  }
}
