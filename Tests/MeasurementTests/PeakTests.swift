import Foundation
import TestSupport
import Testing

@testable import Measurement

@Suite struct PeakTests {
  static let key = PeakCache.Key(cpuModel: "Example", instructionSet: "avx2", threads: 2, version: 1)

  @Test func bestRateIsThatOfTheFastestChunk() {
    let clock = ManualClock()
    var chunk = 0
    let rate = bestRate(duration: 1, clock: clock) {
      clock.advance(seconds: [0.2, 0.1, 0.4][chunk % 3])
      chunk += 1
      return 1000
    }
    #expect(abs(rate - 10000) < 1e-6)
    #expect(chunk == 5)  // 0.2 + 0.1 + 0.4 + 0.2 + 0.1 s
  }

  @Test func bestRateRunsThreeChunksHoweverSlow() {
    let clock = ManualClock()
    var chunks = 0
    _ = bestRate(clock: clock) {
      clock.advance(seconds: 5)
      chunks += 1
      return 1
    }
    #expect(chunks == 3)
  }

  @Test func cacheRemembersTheHighestOfSevenDays() throws {
    try withDirectory { (directory: String) throws in
      let clock = ManualClock(start: noon())
      let cache = PeakCache(path: "\(directory)/bench/peak.json", clock: clock)
      #expect(cache.peak(Self.key) { 2e11 } == 2e11)
      #expect(cache.peak(Self.key) { 3e11 } == 3e11)
      clock.advance(seconds: 7 * 24 * 3600 - 1)
      #expect(cache.peak(Self.key) { 1e11 } == 3e11)
      clock.advance(seconds: 1)
      #expect(cache.peak(Self.key) { 1e11 } == 1e11)
    }
  }

  @Test func cacheTellsKeysApart() throws {
    try withDirectory { (directory: String) throws in
      let cache = PeakCache(path: "\(directory)/peak.json", clock: ManualClock(start: noon()))
      let keys = [
        Self.key, .init(cpuModel: "Other", instructionSet: "avx2", threads: 2, version: 1),
        .init(cpuModel: "Example", instructionSet: "avx512", threads: 2, version: 1),
        .init(cpuModel: "Example", instructionSet: "avx2", threads: 1, version: 1),
        .init(cpuModel: "Example", instructionSet: "avx2", threads: 2, version: 2),
      ]
      for (index, key) in keys.enumerated() { #expect(cache.peak(key) { Double(index + 1) } == Double(index + 1)) }
      for (index, key) in keys.enumerated() { #expect(cache.peak(key) { -1 } == Double(index + 1)) }
    }
  }

  @Test func cacheReplacesOnRequest() throws {
    try withDirectory { (directory: String) throws in
      let clock = ManualClock(start: noon())
      let cache = PeakCache(path: "\(directory)/peak.json", clock: clock)
      #expect(cache.remembered(Self.key)?.rate == nil)
      cache.replace(Self.key, with: 3e11)
      clock.advance(seconds: 60)
      #expect(cache.remembered(Self.key)?.measuredAt == noon().microseconds / 1_000_000)
      cache.replace(Self.key, with: 2e11)
      #expect(cache.remembered(Self.key)?.rate == 2e11)
      #expect(cache.remembered(Self.key)?.measuredAt == noon().microseconds / 1_000_000 + 60)
    }
  }

  /// A clock that was set back must not keep an entry for years.
  @Test func cacheDistrustsTheFuture() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/peak.json"
      let later = ManualClock(start: WallTime(microseconds: noon().microseconds + 1_000_000_000))
      #expect(PeakCache(path: path, clock: later).peak(Self.key) { 2 } == 2)
      #expect(PeakCache(path: path, clock: ManualClock(start: noon())).peak(Self.key) { 1 } == 1)
    }
  }

  @Test(arguments: ["", "{", "[]", "{\"Example | avx2 | 2 threads | version 1\": 5}"])
  func damagedCacheMeasures(_ text: String) throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/peak.json"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let cache = PeakCache(path: path, clock: ManualClock(start: noon()))
      #expect(cache.peak(Self.key) { 2e11 } == 2e11)
      #expect(cache.peak(Self.key) { 1e11 } == 2e11)
    }
  }

  @Test(arguments: [nil, "/proc/bench/peak.json", "/dev/null/peak.json"])
  func cacheThatCannotBeWrittenMeasures(_ path: String?) {
    let cache = PeakCache(path: path, clock: ManualClock(start: noon()))
    #expect(cache.peak(Self.key) { 2e11 } == 2e11)
    #expect(cache.peak(Self.key) { 1e11 } == 1e11)
  }

  @Test func cacheLiesWhereXDGSays() {
    #expect(CachePlace.path("peak.json", ["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/bench/peak.json")
    #expect(CachePlace.path("peak.json", ["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache/bench/peak.json")
    #expect(CachePlace.path("peak.json", ["XDG_CACHE_HOME": "", "HOME": "/h"]) == "/h/.cache/bench/peak.json")
    #expect(CachePlace.path("peak.json", [:]) == nil)
  }

  /// Other tests of this process may allocate and reset the peak at any time, so this one is retried.
  @Test func peakMemorySeesAnAllocation() {
    let size = 256 << 20
    func touched() -> Int {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
      memset(memory, 1, size)
      memory.deallocate()
      return PeakMemory.residentBytes()
    }
    #expect((0..<5).contains { _ in touched() > size })
    // Some containers do not permit a reset; then the peak is that of the whole process.
    #expect(
      (0..<5).contains { _ in
        let peak = touched()
        return !PeakMemory.reset() || PeakMemory.residentBytes() < peak
      })
  }

  @Test func hugePagesAreReadFromTheKernel() {
    let files = SystemFiles(["/proc/self/smaps_rollup": "Rss:  9999 kB\nAnonHugePages:    4096 kB\n"])
    #expect(HugePages.residentBytes(files) == 4 << 20)
    #expect(HugePages.residentBytes(SystemFiles([:])) == nil)
  }

  @Test func peakMemoryReadsVmHWM() {
    let files = SystemFiles(["/proc/self/status": "VmPeak:\t  9999 kB\nVmHWM:\t    1764 kB\n"])
    #expect(PeakMemory.residentBytes(files) == 1764 << 10)
    #expect(PeakMemory.residentBytes(SystemFiles([:])) > 1 << 20)
  }
}
