import Tensors

/// Offsets of all tensors in one arena, decided from their lifetimes before anything is allocated.
///
/// Tensors whose lifetimes do not overlap share memory. Largest first, each at the lowest offset where it fits: the
/// greedy-by-size method of Pisarchyk & Lee 2020, Efficient Memory Management for Deep Neural Net Inference.
package struct MemoryPlan: Sendable {
  /// A tensor's size and the steps during which it is in use.
  package struct Request: Sendable {
    package let byteCount: Int
    package let steps: ClosedRange<Int>
    package init(byteCount: Int, steps: ClosedRange<Int>) {
      self.byteCount = byteCount
      self.steps = steps
    }
  }

  /// One for each request, in bytes from the arena's base; multiples of 64.
  package let offsets: [Int]
  package let byteCount: Int

  package init(_ requests: [Request]) {
    var offsets = [Int](repeating: 0, count: requests.count)
    var placed: [(offset: Int, end: Int, steps: ClosedRange<Int>)] = []
    var total = 0
    let bySize = requests.indices.sorted {
      (requests[$1].byteCount, $0) < (requests[$0].byteCount, $1)
    }
    for index in bySize {
      let request = requests[index]
      let size = request.byteCount.rounded(upTo: 64)
      var offset = 0
      // `placed` is sorted by offset, so the first gap that is large enough is the lowest.
      for other in placed where other.steps.overlaps(request.steps) {
        if other.offset >= offset + size { break }
        offset = max(offset, other.end)
      }
      offsets[index] = offset
      let position = placed.firstIndex { $0.offset > offset } ?? placed.endIndex
      placed.insert((offset, offset + size, request.steps), at: position)
      total = max(total, offset + size)
    }
    self.offsets = offsets
    byteCount = total
  }
}
