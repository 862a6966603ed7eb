/// Fully connected layers.
public protocol FullyConnectedKernels: VectorKernels {
  static func connectedRow(_ block: ConnectedBlock, x: Source, sums: Destination)
  static func packBatch(_ x: Source, inputs: Range<Int>, step: Int, rows: Int, packed: Destination)
  static func connectedColumns(_ block: ConnectedBlock, x: Source, sums: Destination, packed: Destination)
  static func packedConnectedColumns(_ block: ConnectedBlock, x: Source, sums: Destination, packed: Source)
  static func packConnectedColumns(_ block: ConnectedBlock, packed: Destination)
  static func connectedInputGradient(
    _ block: ConnectedBlock, dy: Source, sums: Destination, result: Destination)
  static func packOutputGradient(
    _ dy: Source, batch: Int, outputs: Int, blocks: Range<Int>, packed: Destination)
  static func connectedFilterGradient(_ block: DirectGradientBlock)
  static func packBatchTiles(
    _ x: Source, inputs: Int, batch: Int, tiles range: Range<Int>, pitch: Int, packed: Destination)
  static func copyNonTemporal(_ source: Source, to destination: Destination, count: Int)
}
