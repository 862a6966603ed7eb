/// A time on a track of a trace. Times are nanoseconds.
package struct TraceSlice: Sendable {
  package private(set) var begin: UInt64
  package private(set) var end: UInt64
  /// How deep it belongs; it decides which of two slices contains the other where both have the same time.
  package let depth: Int
  package let label: TraceLabel

  package init(_ begin: UInt64, _ end: UInt64, depth: Int, _ label: TraceLabel) {
    self.begin = begin
    self.end = end
    self.depth = depth
    self.label = label
  }

  /// The slices of one track in the order of their beginnings, those that contain others first.
  ///
  /// Of two slices one contains the other, or they do not overlap: the format allows nothing else. Where clocks disagree,
  /// the slice that begins later is cut: at its end where most of it lies within a slice that contains its kind, else at
  /// its beginning. Slices without a duration are left out.
  package static func nested(_ slices: [TraceSlice]) -> [TraceSlice] {
    var nested: [TraceSlice] = []
    nested.reserveCapacity(slices.count)
    var open: [TraceSlice] = []
    for var slice in slices.sorted(by: { $0.order < $1.order }) {
      // A slice before it may have been cut at its beginning.
      slice.begin = max(slice.begin, nested.last?.begin ?? 0)
      while let outer = open.last, !slice.fits(outer) { open.removeLast() }
      guard slice.begin < slice.end else { continue }
      nested.append(slice)
      open.append(slice)
    }
    return nested
  }

  private var order: (UInt64, Int, UInt64) { (begin, depth, .max - end) }

  /// Cuts it so that it lies within `outer` or does not overlap it.
  /// - Returns: whether it lies within
  private mutating func fits(_ outer: TraceSlice) -> Bool {
    if begin >= outer.end { return false }
    if end <= outer.end { return true }
    if depth > outer.depth, outer.end - begin > end - outer.end {
      end = outer.end
      return true
    }
    begin = outer.end
    return false
  }
}
