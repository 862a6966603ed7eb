import Kernels
import Tensors

/// How a pass is cut into blocks of tiles, and the transformed filter into panels.
///
/// A small filter stays in the caches: each thread then works on blocks of its own, of 14 or 28 tiles, whose V and M
/// stay in its second-level cache, and no thread waits. A large filter (512 x 512 channels are 36 MiB) comes from memory
/// for every block: then all threads share one block of about 128 tiles, each with a part of the multiplications. So do
/// they where tiles are too few to give each thread a panel of its own.
///
/// A large filter that changes with every step, as in training, would be transformed to memory and come back once, where
/// one block holds all tiles: then each thread has column blocks of its own, and transforms the filter for one at a time
/// into its caches (VGG16's 512 channels of 14x14 at batch 1: 1.4 against 2.9 ms, input gradient 1.8 against 3.3).
///
/// Outputs are sums over the channels in an order that depends on `depthStep` alone: they are the same bits for any
/// number of threads.
struct WinogradBlocking: Hashable {
  enum Division {
    /// Each thread has blocks of tiles of its own.
    case tiles
    /// The threads share each block of tiles, and its multiplications.
    case products
    /// All tiles are one block; each thread has column blocks of its own, for which it transforms the filter, too.
    case columns
  }
  let division: Division
  let tilesPerBlock: Int
  /// Tiles in a panel, the rows of the register tile, and panels in a block.
  let rows: Int
  let panels: Int
  /// Channels that the accumulators sum before they are stored.
  let depthStep: Int
  /// Column blocks of 2w output channels: all, and in a slice that is multiplied and transformed at a time.
  let columns: Int
  let columnsPerSlice: Int
  /// Whether to fetch the filter's next panel during the multiplications, rather than the next block's input.
  let prefetchesFilter: Bool

  init(
    _ pass: WinogradPass, filterIsConstant: Bool, threads: Int, kernels: any KernelSet.Type, caches: CacheSizes
  ) {
    let (depth, pitch) = (pass.source.channels, 2 * kernels.width)
    let tiles = pass.tiles
    columns = (pass.destination.channels + pitch - 1) / pitch
    let bytesPerTile = pass.algorithm.positions * columns * pitch * MemoryLayout<Float>.stride
    let filterBytes = bytesPerTile * depth
    let isLarge = filterBytes > caches.last / 2
    let isHalfLarge = filterBytes > caches.last / 8 * 3

    let sharesProducts = threads > 1 && (isLarge || tiles < threads * 14)
    let ownsColumns = !filterIsConstant && isHalfLarge && tiles <= 128 && columns >= threads
    division = ownsColumns ? .columns : sharesProducts ? .products : .tiles
    let share = division == .tiles ? (tiles + threads - 1) / threads : tiles
    let wanted = ownsColumns ? tiles : isLarge || sharesProducts ? 128 : isHalfLarge ? 28 : 14
    let blocks = (share + wanted - 1) / wanted
    tilesPerBlock = (share + blocks - 1) / blocks
    let allowed = kernels.winogradRows
    panels = (tilesPerBlock + allowed.upperBound - 1) / allowed.upperBound
    rows = max((tilesPerBlock + panels - 1) / panels, allowed.lowerBound)

    let passes = (depth + 511) / 512
    depthStep = ((depth + passes - 1) / passes).rounded(upTo: kernels.width)
    // M of one slice stays within a sixth of the last-level cache.
    let slices = min((rows * panels * bytesPerTile + caches.last / 6 - 1) / (caches.last / 6), columns)
    columnsPerSlice = ownsColumns ? 1 : (columns + slices - 1) / slices
    // The only block's filter comes from memory: the layers since the last step have driven it out of the caches.
    prefetchesFilter = isHalfLarge || depth >= 512 || tilesPerBlock == tiles
  }

  var tileRows: Int { rows * panels }
}
