/// Fully connected layers.
public protocol FullyConnectedKernels: VectorKernels {
  static func connectedRow(
    _ shape: ConnectedShape, weights: Source, rows: Range<Int>, x: Source, sums: Destination)
  static func packBatch(_ x: Source, inputs: Range<Int>, step: Int, rows: Int, packed: Destination)
  static func connectedColumns(
    _ shape: ConnectedShape, weights: Source, panels: Range<Int>, x: Source, sums: Destination, packed: Destination)
  static func packedConnectedColumns(
    _ shape: ConnectedShape, panels: Range<Int>, x: Source, sums: Destination, packed: Source)
  static func packConnectedColumns(
    _ shape: ConnectedShape, weights: Source, panels: Range<Int>, packed: Destination)
  static func connectedInputGradient(
    _ shape: ConnectedShape, weights: Source, rows: Range<Int>, dy: Source, sums: Destination, result: Destination)
  static func packOutputGradient(
    _ dy: Source, batch: Int, outputs: Int, blocks: Range<Int>, packed: Destination)
  static func connectedFilterGradient(_ shape: DirectGradientShape, _ block: DirectGradientBlock)
  static func packBatchTiles(
    _ x: Source, inputs: Int, batch: Int, tiles range: Range<Int>, pitch: Int, packed: Destination)
  static func copyNonTemporal(_ source: Source, to destination: Destination, count: Int)
}
