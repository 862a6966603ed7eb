import Kernels
import Tensors

/// How a pass is cut into blocks of tiles, and the transformed filter into panels.
///
/// A small filter stays in the caches: each thread then works on blocks of its own, whose V and M stay in its
/// second-level cache, and no thread waits. A large filter (512 x 512 channels are 36 MiB) comes from
/// memory for every block: then all threads share one block of about 128 tiles, each with a part of the
/// multiplications. So do they where tiles are too few to give each thread a panel of its own.
///
/// A filter that changes with every step, as in training, would be transformed to memory and come back once, where one
/// block holds all tiles: then each thread has column blocks of its own, and transforms the filter for one at a time
/// into its second-level cache, a step of the depth after the other (VGG16's 512 channels of 14x14 at batch 1: 1.4
/// against 2.9 ms, input gradient 1.8 against 3.3). That the last level would hold the whole is no reason to do
/// otherwise: a large one is hardly faster than memory (512 channels of 28x28, last level 300 MiB: 6.8 against 9.7 ms).
///
/// Outputs are sums over the channels in an order that depends on `depthStep` alone, which depends neither on threads
/// nor on caches: they are the same bits for any number of threads.
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
    _ pass: WinogradPass, filterIsConstant: Bool, threads: Int, kernels: any KernelSet.Type, policy: CachePolicy
  ) {
    let (depth, tiles) = (pass.source.channels, pass.tiles)
    columns = kernels.panels(of: pass.destination.channels)
    let bytesPerTile = pass.algorithm.positions * columns * kernels.panelWidth * MemoryLayout<Float>.stride
    let residence = policy.residence(ofFilter: bytesPerTile * depth)

    let allowed = kernels.winogradRows
    let sharesProducts =
      threads > 1
      && (residence == .streamed || tiles < threads * CachePolicy.tilesPerPanels(ofRows: allowed.upperBound))
    let isTransformedForOneBlock = !filterIsConstant && tiles <= CachePolicy.sharedTilesPerBlock
    let ownsColumns =
      isTransformedForOneBlock && bytesPerTile * depth > policy.caches.second && columns >= threads
    division = ownsColumns ? .columns : sharesProducts ? .products : .tiles
    let share = division == .tiles ? tiles.dividedRoundingUp(by: threads) : tiles
    let wanted =
      ownsColumns
      ? tiles
      : residence == .streamed || sharesProducts
        ? CachePolicy.sharedTilesPerBlock
        : policy.tilesPerBlock(
          residence, rows: allowed.upperBound,
          bytesPerTile: bytesPerTile + pass.algorithm.positions * depth * MemoryLayout<Float>.stride)
    tilesPerBlock = share.dividedRoundingUp(by: share.dividedRoundingUp(by: wanted))
    panels = tilesPerBlock.dividedRoundingUp(by: allowed.upperBound)
    rows = max(tilesPerBlock.dividedRoundingUp(by: panels), allowed.lowerBound)

    let passes = depth.dividedRoundingUp(by: isTransformedForOneBlock ? CachePolicy.ownedFilterDepth : 512)
    depthStep = depth.dividedRoundingUp(by: passes).rounded(upTo: kernels.width)
    let slices = min((rows * panels * bytesPerTile).dividedRoundingUp(by: policy.winogradSliceBytes), columns)
    columnsPerSlice = ownsColumns ? 1 : columns.dividedRoundingUp(by: slices)
    // The only block's filter comes from memory: the layers since the last step have driven it out of the caches.
    prefetchesFilter = residence != .resident || depth >= 512 || tilesPerBlock == tiles
  }

  var tileRows: Int { rows * panels }
}
