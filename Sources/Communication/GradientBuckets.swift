/// How the gradients of a step are divided among all-reduce operations.
///
/// An operation for each of the many small tensors would mostly wait for latencies, and one for all of them could not
/// start before backward is over. So small tensors that become final one after the other share a bucket, and a large
/// tensor is divided into several.
package struct GradientBuckets: Equatable, Sendable {
  /// Elements of one tensor.
  package struct Part: Equatable, Sendable {
    /// The tensor's number, in the order in which gradients become final.
    package let tensor: Int
    package let elements: Range<Int>
  }

  package private(set) var buckets: [[Part]] = []

  /// 8 MiB, of which vgg16 has some 70 and mobilenetv2 two. Below 1 MiB the latency of an operation shows; above 32 MiB
  /// the last one, which nothing hides, grows.
  package static let usualBytes = 8 << 20

  /// - Parameters:
  ///   - counts: elements of the tensors, in the order in which they become final
  ///   - limit: the most elements of a bucket
  package init(_ counts: [Int], limit: Int) {
    precondition(limit > 0, "a bucket holds something")
    var (open, size) = ([Part](), 0)
    func close() {
      if !open.isEmpty { buckets.append(open) }
      (open, size) = ([], 0)
    }
    for (tensor, count) in counts.enumerated() where count > 0 {
      guard count < limit else {
        // It goes where it lies, and what is open waits for others of its size.
        for first in stride(from: 0, to: count, by: limit) {
          buckets.append([Part(tensor: tensor, elements: first..<min(first + limit, count))])
        }
        continue
      }
      if size + count > limit { close() }
      open.append(Part(tensor: tensor, elements: 0..<count))
      size += count
    }
    close()
  }
}
