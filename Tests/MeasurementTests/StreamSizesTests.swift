import Results
import Testing

@testable import Measurement

@Suite struct StreamSizesTests {
  /// A machine with a first level of 32 KiB and the given caches behind it, in MiB.
  static func machine(
    cores: Int, second: (Double, sharers: Int?), last: (Double, sharers: Int?)?, available: Int? = 64 << 30
  ) -> Machine {
    var machine = Machine(availableCores: cores)
    machine.logicalCores = cores
    machine.availableMemoryBytes = available
    func bytes(_ mebibytes: Double) -> Int { Int(mebibytes * 0x1p20) }
    machine.caches = [
      Cache(level: 1, type: "Data", sizeBytes: 32 << 10, sharedBy: second.sharers == 1 ? 1 : 2),
      Cache(level: 1, type: "Instruction", sizeBytes: 64 << 10, sharedBy: 1),
      Cache(level: 2, type: "Unified", sizeBytes: bytes(second.0), sharedBy: second.sharers),
    ]
    if let last {
      machine.caches.append(.init(level: 3, type: "Unified", sizeBytes: bytes(last.0), sharedBy: last.sharers))
    }
    return machine
  }

  /// The sizes of all threads in KiB, in the order of the levels.
  static func kibibytes(_ machine: Machine, threads: Int) -> [Int?] {
    let sizes = StreamSizes(machine, threads: threads)
    return MemoryLevel.allCases.map { level in sizes[level].map { $0 * threads / 1024 } }
  }

  @Test func desktopTakesHalfOfItsCaches() {
    let machine = Self.machine(cores: 8, second: (1, 1), last: (32, 8))
    #expect(Self.kibibytes(machine, threads: 1) == [16, 512, 4 << 10, 512 << 10])
    // Four times the second levels of eight threads is more than half of the third.
    #expect(Self.kibibytes(machine, threads: 8) == [128, 4 << 10, 16 << 10, 512 << 10])
  }

  /// A guest is told the size of its host's cache.
  @Test func largeCacheOfAHostIsMeasuredBesideTheSecondLevel() {
    let machine = Self.machine(cores: 2, second: (2, 1), last: (300, 2))
    #expect(Self.kibibytes(machine, threads: 1) == [16, 1 << 10, 8 << 10, 1200 << 10])
    #expect(Self.kibibytes(machine, threads: 2) == [32, 2 << 10, 16 << 10, 1200 << 10])
  }

  /// Two threads run on each core: they may share a second level or have one each.
  @Test func threadsThatMayShareACacheAreSafeEitherWay() {
    let machine = Self.machine(cores: 8, second: (1, 2), last: (32, 8))
    #expect(Self.kibibytes(machine, threads: 2) == [16, 512, 8 << 10, 512 << 10])
    // More threads than cores have no more caches than the cores.
    #expect(Self.kibibytes(machine, threads: 16) == [64, 2 << 10, 16 << 10, 512 << 10])
  }

  /// With a last-level cache for every eight cores, threads on all of them have all of it.
  @Test func memoryExceedsTheCachesOfAllThreads() {
    let machine = Self.machine(cores: 96, second: (1, 1), last: (32, 8))
    #expect(StreamSizes(machine, threads: 96)[.dram].map { $0 * 96 } == 4 * 12 * 32 << 20)
    #expect(Self.kibibytes(machine, threads: 2)[3] == 512 << 10)
    #expect(Self.kibibytes(machine, threads: 8)[3] == 1024 << 10)
  }

  @Test func smallLastLevelIsNotMeasured() {
    // Skylake-SP with all threads: half of what they share is less than twice their second levels.
    let machine = Self.machine(cores: 20, second: (1, 1), last: (27.5, 20))
    #expect(StreamSizes(machine, threads: 20).levels == [.l1, .l2, .dram])
    #expect(Self.kibibytes(machine, threads: 1)[2] == 4 << 10)
  }

  @Test func secondLevelMayBeTheLast() {
    let machine = Self.machine(cores: 4, second: (1, 4), last: nil, available: 4 << 30)
    #expect(Self.kibibytes(machine, threads: 4) == [32, 512, nil, 512 << 10])
  }

  @Test func unknownCachesGetSizesThatAnyHas() {
    let machine = Machine(availableCores: 4)
    #expect(Self.kibibytes(machine, threads: 4) == [64, 512, nil, 512 << 10])
  }

  @Test func memoryIsMeasuredOnlyWhereItExceedsTheCaches() {
    func dram(_ available: Int) -> Int? {
      Self.kibibytes(Self.machine(cores: 2, second: (1, 1), last: (32, 2), available: available), threads: 1)[3]
    }
    #expect(dram(1 << 30) == 256 << 10)
    #expect(dram(512 << 20) == 128 << 10)
    #expect(dram(511 << 20) == nil)
    let guest = Self.machine(cores: 2, second: (2, 1), last: (300, 2), available: 2 << 30)
    #expect(StreamSizes(guest, threads: 2).levels == [.l1, .l2, .llc])
    #expect(
      StreamSizes(Self.machine(cores: 2, second: (2, 1), last: (300, 2)), threads: 2).withoutDRAM().levels == [
        .l1, .l2, .llc,
      ])
  }

  @Test func curveGoesFromTheFirstLevelToTheLargestSize() {
    let sizes = StreamSizes(threads: 2, bytes: [.l1: 32 << 10, .l2: 300 << 10])
    #expect(sizes.largest == 148 << 10)
    #expect(sizes.curve == [16 << 10, 32 << 10, 64 << 10, 128 << 10])
    #expect(StreamSizes(threads: 4, bytes: [.l1: 100])[.l1] == 4096)
    #expect(StreamSizes(threads: 1, bytes: [:]).curve.isEmpty)
  }
}
