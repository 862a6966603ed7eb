import Kernels

/// How the filter gradient is cut: into parts with sums of their own, and each part into blocks of tiles.
///
/// dU, the sums of all positions, is as large as the transformed filter. Where that is small, parts of the tiles have
/// sums of their own, added up at the end: teams of threads then need not wait for each other, and no line moves
/// between cores. A large dU has one part, and the threads share its blocks; few tiles need no dU at all, since one
/// block holds them: up to 64, and up to 256 where V and Z stay in the last-level cache (VGG16's 256 channels of 56x56 at
/// batch 1: 3.9 against 4.7 ms).
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

  init(tiles: Int, positions: Int, sumBytes: Int, channels: Int, outputs: Int, caches: CacheSizes) {
    let blockBytes = tiles * positions * (channels + outputs) * MemoryLayout<Float>.stride
    isFused = tiles <= 64 || tiles <= 256 && blockBytes <= caches.last / 2
    var parts = 1
    while !isFused, parts < 4, 2 * parts * sumBytes <= caches.last / 4 * 3, 2 * parts * 28 <= tiles { parts *= 2 }
    self.parts = parts
    let tilesPerPart = (tiles + parts - 1) / parts
    let wanted = isFused ? tiles : parts > 1 ? 28 : max(channels, outputs) >= 512 ? 112 : 56
    blocks = (tilesPerPart + wanted - 1) / wanted
    tilesPerBlock = (tilesPerPart + blocks - 1) / blocks
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
  /// Of a pool's workers, the number in this team, and which of them this is.
  let members: Int
  let member: Int
  let index: Int
  let parts: Range<Int>

  init(worker: Int, threads: Int, parts: Int) {
    let teams = Self.count(threads: threads, parts: parts)
    let index = worker * teams / threads
    func first(_ team: Int) -> Int { (team * threads + teams - 1) / teams }
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
