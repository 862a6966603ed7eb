import Kernels

/// How the filter gradient is cut: into parts with sums of their own, and each part into blocks of tiles.
///
/// dU, the sums of all positions, is as large as the transformed filter. Where that is small, parts of the tiles have
/// sums of their own, added up at the end: teams of threads then need not wait for each other, and no line moves
/// between cores. A large dU has one part, and the threads share its blocks; few tiles need no dU at all, since one
/// block holds them.
///
/// The cut depends on the problem and the caches alone. So do the sums: they are the same bits for any number of
/// threads, which only share the work out among them.
struct WinogradGradientBlocking: Hashable {
  let parts: Int
  let tilesPerBlock: Int
  /// Blocks of a part; the last one of a part may be empty.
  let blocks: Int
  /// Whether one block holds all tiles and the sums never leave the first-level cache.
  let isFused: Bool

  init(tiles: Int, positions: Int, sumBytes: Int, channels: Int, outputs: Int, policy: CachePolicy) {
    let blockBytes = tiles * positions * (channels + outputs) * MemoryLayout<Float>.stride
    isFused = policy.isOneBlock(tiles: tiles, blockBytes: blockBytes)
    parts = isFused ? 1 : policy.gradientParts(tiles: tiles, sumBytes: sumBytes)
    let tilesPerPart = tiles.dividedRoundingUp(by: parts)
    let wanted =
      isFused
      ? tiles
      : parts > 1
        ? CachePolicy.gradientTilesPerOwnBlock
        : CachePolicy.gradientTilesPerSharedBlock(channels: max(channels, outputs))
    blocks = tilesPerPart.dividedRoundingUp(by: wanted)
    tilesPerBlock = tilesPerPart.dividedRoundingUp(by: blocks)
  }

  func tiles(ofPart part: Int, of tiles: Int) -> Range<Int> {
    tiles * part / parts..<tiles * (part + 1) / parts
  }

  func tiles(ofBlock block: Int, in part: Range<Int>) -> Range<Int> {
    let first = min(part.lowerBound + block * tilesPerBlock, part.upperBound)
    return first..<min(first + tilesPerBlock, part.upperBound)
  }
}

/// The threads that work on the same part. With more parts than threads, each thread is a team and has several.
struct WinogradTeam {
  /// The number of a pool's workers in this team, and the index of this worker among them.
  let members: Int
  let member: Int
  let index: Int
  let parts: Range<Int>

  init(worker: Int, threads: Int, parts: Int) {
    let teams = Self.count(threads: threads, parts: parts)
    let index = worker * teams / threads
    func first(_ team: Int) -> Int { (team * threads).dividedRoundingUp(by: teams) }
    self.index = index
    members = first(index + 1) - first(index)
    member = worker - first(index)
    self.parts = parts * index / teams..<parts * (index + 1) / teams
  }

  static func count(threads: Int, parts: Int) -> Int { min(threads, parts) }

  func share(of total: Int) -> Range<Int> {
    total * member / members..<total * (member + 1) / members
  }
}
