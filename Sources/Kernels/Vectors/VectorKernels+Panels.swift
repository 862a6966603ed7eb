extension VectorKernels {
  /// Output channels of a panel: two vectors.
  @inlinable @inline(__always) public static var panelWidth: Int { 2 * Lanes.count }

  /// Panels that `channels` output channels fill, the last one perhaps in part.
  @inlinable @inline(__always)
  public static func panels(of channels: Int) -> Int { channels.dividedRoundingUp(by: panelWidth) }
}
