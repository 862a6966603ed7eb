import Terms
import Testing
import Threads

@testable import Convolution

/// What another machine's caches would decide.
@Suite struct CachePolicyTests {
  /// 1 MiB for each core, 32 MiB for all.
  private let large = CachePolicy(CacheSizes(second: 1 << 20, last: 32 << 20))
  private let small = CachePolicy(CacheSizes(second: 256 << 10, last: 8 << 20))

  @Test func resultsUpToThreeQuartersOfTheLastLevelAreKept() {
    #expect(large.keepsResult(24 << 20) && !large.keepsResult(24 << 20 + 1))
    #expect(small.largestKeptResult == 6 << 20)
    #expect(small.microBatchBytes == 2 << 20)
    #expect(small.stripBytes == 192 << 10)
  }

  @Test func nonTemporalStoresFillWholeLinesOfLargeResults() {
    #expect(small.storesNonTemporally(8 << 20, run: 16, steps: 64, 1024))
    #expect(!large.storesNonTemporally(8 << 20, run: 16, steps: 64, 1024))
    #expect(!small.storesNonTemporally(8 << 20, run: 8, steps: 64, 1024))
    #expect(!small.storesNonTemporally(8 << 20, run: 16, steps: 24, 1024))
  }

  @Test func aFilterIsResidentUpToThreeEighthsOfTheLastLevel() {
    #expect(large.residence(ofFilter: 12 << 20) == .resident)
    #expect(large.residence(ofFilter: 13 << 20) == .crowding)
    #expect(large.residence(ofFilter: 16 << 20 + 1) == .streamed)
    #expect(small.residence(ofFilter: 12 << 20) == .streamed)
  }

  @Test func aHostsLastLevelIsNotAllOfAVirtualMachines() {
    #expect(CacheSizes.usable(last: 300 << 20, cores: 2) == 32 << 20)
    #expect(CacheSizes.usable(last: 300 << 20, cores: 1) == 32 << 20)
    #expect(CacheSizes.usable(last: 300 << 20, cores: 60) == 300 << 20)
    #expect(CacheSizes.usable(last: 96 << 20, cores: 8) == 96 << 20)
    #expect(CacheSizes.usable(last: 8 << 20, cores: 4) == 8 << 20)
  }

  @Test(arguments: [("0-1\n", 2), ("0\n", 1), ("0,4\n", 2), ("0-3,64-67\n", 8)])
  func coresThatShareACacheAreCounted(list: String, count: Int) {
    #expect(CacheSizes.cores(inList: list) == count)
  }

  /// 256 channels at both ends, of 36 positions: 12 tiles of V and M are 864 KiB.
  @Test func blocksThatTheSecondLevelCannotHoldReadTheFilterLessOften() {
    let bytesPerTile = 36 * 512 * 4
    func tiles(_ second: Int, rows: Int, _ residence: CachePolicy.FilterResidence = .resident) -> Int {
      CachePolicy(CacheSizes(second: second, last: 32 << 20))
        .tilesPerBlock(residence, rows: rows, bytesPerTile: bytesPerTile)
    }
    #expect(tiles(1 << 20, rows: 14) == 14 && tiles(1 << 20, rows: 6) == 12)
    #expect(tiles(1 << 20, rows: 6, .crowding) == 24)
    #expect(tiles(512 << 10, rows: 6) == 48 && tiles(512 << 10, rows: 14) == 56)
  }

  /// VGG16's conv3_1, whose transformed filter has 4.5 MiB, and conv4_2 with 36 MiB, at batch 16 on two threads.
  @Test(arguments: [
    ("n16c128h56w56k256r3p1", 32, WinogradBlocking.Division.tiles, 12),
    ("n16c128h56w56k256r3p1", 10, .tiles, 24), ("n16c128h56w56k256r3p1", 8, .products, 126),
    ("n16c512h28w28k512r3p1", 32, .products, 112), ("n16c512h28w28k512r3p1", 128, .tiles, 44),
  ])
  func winogradBlocksFollowTheFilter(
    text: String, mebibytes: Int, division: WinogradBlocking.Division, tiles: Int
  ) throws {
    let pass = WinogradPass(try ConvolutionProblem(parsing: text), .forward, .f4x3, crossesImages: true)
    let policy = CachePolicy(CacheSizes(second: 1 << 20, last: mebibytes << 20))
    let kernels = InstructionSet.baseline.kernels
    let blocking = WinogradBlocking(pass, filterIsConstant: true, threads: 2, kernels: kernels, policy: policy)
    #expect(blocking.division == division)
    #expect(blocking.tilesPerBlock == tiles)
  }

  @Test func fewTilesOrLargeSumsHaveOnePart() {
    #expect(large.isOneBlock(tiles: 64, blockBytes: 1 << 30) && !large.isOneBlock(tiles: 65, blockBytes: 17 << 20))
    #expect(large.isOneBlock(tiles: 256, blockBytes: 16 << 20) && !small.isOneBlock(tiles: 256, blockBytes: 16 << 20))
    #expect(large.gradientParts(tiles: 1000, sumBytes: 1 << 20) == 4)
    #expect(small.gradientParts(tiles: 1000, sumBytes: 2 << 20) == 2)
    #expect(small.gradientParts(tiles: 1000, sumBytes: 4 << 20) == 1)
    #expect(large.gradientParts(tiles: 111, sumBytes: 1 << 20) == 2)
  }
}
