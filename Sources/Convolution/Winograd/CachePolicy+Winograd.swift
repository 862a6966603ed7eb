extension CachePolicy {
  /// Where a transformed filter is from one block of tiles to the next.
  enum FilterResidence {
    /// It stays in the last-level cache beside what the threads work on.
    case resident
    /// It takes more than three eighths of the last level: it stays there, but drives V and M out of it.
    case crowding
    /// It takes more than half of the last level and comes from memory for every block.
    case streamed
  }

  func residence(ofFilter bytes: Int) -> FilterResidence {
    bytes > caches.last / 2 ? .streamed : bytes > caches.last / 8 * 3 ? .crowding : .resident
  }

  /// Tiles of a block whose V and M stay in one thread's second-level cache: whole panels, or twice as many where each
  /// reading of the filter costs more.
  ///
  /// Where V and M take more than one and a half times the second level, they come from the last level in any case: four
  /// times as many tiles then read the filter a quarter as often (256 channels of 56x56 with 512 KiB on a Zen 3, 56
  /// tiles: 144 against 200 ms).
  /// - Parameters:
  ///   - rows: tiles of the largest panel
  ///   - bytesPerTile: of V and M
  func tilesPerBlock(_ residence: FilterResidence, rows: Int, bytesPerTile: Int) -> Int {
    let tiles = Self.tilesPerPanels(ofRows: rows)
    if tiles * bytesPerTile > caches.second / 2 * 3 { return 4 * tiles }
    return residence == .resident ? tiles : 2 * tiles
  }

  /// About 14 tiles: one panel with AVX-512, two of 6 with AVX2. A third, filled in part, would be as dear as a whole one
  /// (VGG16 forward with AVX2: 14 tiles, which are three panels of 5, take a tenth more time than 12).
  static func tilesPerPanels(ofRows rows: Int) -> Int { max(14 / rows, 1) * rows }

  /// Tiles of a block that the threads share: enough to use each panel of the filter often.
  static let sharedTilesPerBlock = 128

  /// Bytes of M that are multiplied and transformed at a time, a slice of the output channels: a sixth of the last
  /// level, which V and the slice's filter share.
  var winogradSliceBytes: Int { caches.last / 6 }

  /// The most channels of the depth for which a thread transforms a column block of the filter at a time: 576 KiB with
  /// 36 positions and AVX-512, which a second level of 1 MiB keeps until they are multiplied. It decides the order of
  /// sums, so it does not depend on the machine.
  static let ownedFilterDepth = 128

  // MARK: Filter gradient

  /// Whether one block holds all tiles of a filter gradient: up to 64 of them, and up to 256 where V and Z,
  /// `blockBytes`, stay in half of the last level (VGG16's 256 channels of 56x56 at batch 1: 3.9 against 4.7 ms).
  func isOneBlock(tiles: Int, blockBytes: Int) -> Bool { tiles <= 64 || tiles <= 256 && blockBytes <= caches.last / 2 }

  /// Parts of a filter gradient that have sums of their own, `sumBytes` each: 1, 2 or 4, as many as three quarters of
  /// the last level hold and as have a block of tiles each.
  func gradientParts(tiles: Int, sumBytes: Int) -> Int {
    var parts = 1
    while parts < 4, 2 * parts * sumBytes <= caches.last / 4 * 3, 2 * parts * Self.gradientTilesPerOwnBlock <= tiles {
      parts *= 2
    }
    return parts
  }

  /// Tiles of a block that a team of threads has for itself.
  static let gradientTilesPerOwnBlock = 28

  /// Tiles of a block that all threads share: twice as many for 512 channels, whose sums are read and written once for
  /// each block and come from memory.
  static func gradientTilesPerSharedBlock(channels: Int) -> Int { channels >= 512 ? 112 : 56 }
}
