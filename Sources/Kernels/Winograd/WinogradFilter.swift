import CVector

/// The shape of a filter transform: one group's filter, seen as taps of depth x outputs matrices, and U.
@frozen public struct WinogradFilterShape: Sendable {
  /// Floats of the filter from one tap and from one channel to the next.
  public let tapStride: Int
  public let rowStride: Int
  /// Channels that the multiplication sums over, and those it yields.
  public let depth: Int
  public let outputs: Int
  /// Whether the filter is that of the input gradient: its taps are reversed, and output channels are the depth.
  public let isRotated: Bool
  public let depthStep: Int
  public let columnsPerSlice: Int
  /// Where U is a column block that is to stay in the caches: the floats by which its positions lie further apart than
  /// the whole depth takes, negative where it has room for a part of the depth only. Nil where U is whole and is stored
  /// by non-temporal stores.
  public let positionSkew: Int?

  public init(
    tapStride: Int, rowStride: Int, depth: Int, outputs: Int, isRotated: Bool, depthStep: Int, columnsPerSlice: Int,
    positionSkew: Int?
  ) {
    self.tapStride = tapStride
    self.rowStride = rowStride
    self.depth = depth
    self.outputs = outputs
    self.isRotated = isRotated
    self.depthStep = depthStep
    self.columnsPerSlice = columnsPerSlice
    self.positionSkew = positionSkew
  }
}

/// One run of the filter transform.
@frozen public struct WinogradFilter {
  @usableFromInline let shape: WinogradFilterShape
  /// Tap (0, 0), first channel of the group, of a tensor [r][s][channels / groups][output channels].
  @usableFromInline let source: Source
  /// U, [slice][position][depth / depthStep][column][depthStep][2w], aligned to 64 bytes.
  @usableFromInline let destination: Destination
  /// Room for taps^2 w^2 floats where the filter is rotated.
  @usableFromInline let scratch: Destination

  public init(_ shape: WinogradFilterShape, source: Source, destination: Destination, scratch: Destination) {
    self.shape = shape
    self.source = source
    self.destination = destination
    self.scratch = scratch
  }
}

extension WinogradKernels {
  /// U = G w G^T for the channels `depths` of the depth; where the filter is rotated they begin at a multiple of w.
  /// Columns behind the last output channel become zero. A whole U is stored by non-temporal stores: its positions lie
  /// a power of two apart and would evict each other (512 x 512 channels with AVX2: 5.8 against 12 ms).
  @inlinable @inline(never)
  public static func winogradFilter(_ algorithm: WinogradAlgorithm, _ job: WinogradFilter, depths: Range<Int>) {
    switch algorithm {
    case .f2x3: transformFilter(F2x3.self, job, depths)
    case .f4x3: transformFilter(F4x3.self, job, depths)
    case .f6x3: transformFilter(F6x3.self, job, depths)
    case .f2x5: transformFilter(F2x5.self, job, depths)
    case .f4x5: transformFilter(F4x5.self, job, depths)
    }
    if job.isNonTemporal { cvector_store_fence() }
  }

  @inlinable @inline(__always)
  static func transformFilter<T: WinogradTransforms>(_: T.Type, _ job: WinogradFilter, _ depths: Range<Int>) {
    let (taps, width) = (T.Filter.Inputs.count, Lanes.count)
    let vectors = 2 * panels(of: job.shape.outputs)
    let (step, tapStride) = (job.shape.isRotated ? width : 1, job.shape.tapStride)
    for first in stride(from: depths.lowerBound, to: depths.upperBound, by: step) {
      let count = min(step, depths.upperBound - first)
      for vector in 0..<vectors {
        if job.shape.isRotated {
          transposeFilter(job, taps: taps, firstDepth: first, count: count, firstOutput: vector * width)
          let lastTap = Source(job.scratch + (taps * taps - 1) * width * width)
          for row in 0..<count {
            transformFilter(
              T.self, lastTap + row * width, tapStride: -width * width, lanes: width, job, depth: first + row,
              vector: vector)
          }
        } else {
          let source = job.source + (first * job.shape.rowStride + vector * width)
          // The rows of a column block are short and lie apart: nothing else fetches them.
          if !job.isNonTemporal {
            for tap in 0..<(taps * taps) { cvector_prefetch_l2(source + (8 * job.shape.rowStride + tap * tapStride)) }
          }
          transformFilter(
            T.self, source, tapStride: tapStride, lanes: min(width, job.shape.outputs - vector * width), job,
            depth: first, vector: vector)
        }
      }
    }
  }

  /// Transforms one vector of output channels at one depth. It is a function of its own, so that it is compiled once
  /// for each algorithm.
  /// - Parameter lanes: the output channels in the vector; none where it is not positive
  @inlinable @inline(never)
  static func transformFilter<T: WinogradTransforms>(
    _: T.Type, _ source: Source, tapStride: Int, lanes: Int, _ job: WinogradFilter, depth: Int, vector: Int
  ) {
    let (taps, points) = (T.Filter.Inputs.count, T.Filter.Outputs.count)
    let place = job.place(
      depth: depth, vector: vector, points: points, columns: panels(of: job.shape.outputs), Lanes.count)
    T.Filter.applyTwice { i, j in
      lanes > 0 ? Lanes(load: source + (i * taps + j) * tapStride, lanes: lanes) : Lanes.zero
    } _: { i, j, value in
      value.store(to: place.base + (i * points + j) * place.positionStride, nonTemporal: job.isNonTemporal)
    }
  }

  /// scratch[tap][depth][output] from source[tap][output][depth], w x w of every tap; zeros where there is no filter.
  @inlinable @inline(never)
  static func transposeFilter(_ job: WinogradFilter, taps: Int, firstDepth: Int, count: Int, firstOutput: Int) {
    let width = Lanes.count
    let outputs = max(min(width, job.shape.outputs - firstOutput), 0)
    let corner = job.source + (firstOutput * job.shape.rowStride + firstDepth)
    for tap in 0..<(taps * taps) {
      let (source, destination) = (corner + tap * job.shape.tapStride, job.scratch + tap * width * width)
      if !job.isNonTemporal {
        for row in 0..<outputs { cvector_prefetch_l2(source + (row * job.shape.rowStride + width)) }
      }
      if count == width, outputs == width {
        Lanes.transpose(source, stride: job.shape.rowStride, to: destination)
      } else {
        for depth in 0..<count {
          for output in 0..<width {
            destination[depth * width + output] = output < outputs ? source[output * job.shape.rowStride + depth] : 0
          }
        }
      }
    }
  }
}

extension WinogradFilter {
  /// Whether U is whole; a column block, which is multiplied at once, stays in the caches.
  @inlinable @inline(__always) var isNonTemporal: Bool { shape.positionSkew == nil }

  /// The place in U, at position 0, of a vector of output channels at `depth`.
  @inlinable @inline(__always)
  func place(
    depth: Int, vector: Int, points: Int, columns: Int, _ width: Int
  ) -> (base: Destination, positionStride: Int) {
    let pitch = 2 * width
    let column = vector >> 1
    let firstColumn = column / shape.columnsPerSlice * shape.columnsPerSlice
    let sliceColumns = min(shape.columnsPerSlice, columns - firstColumn)
    let firstDepth = depth / shape.depthStep * shape.depthStep
    let steps = min(shape.depthStep, shape.depth - firstDepth)
    let slice = destination + points * points * shape.depth * firstColumn * pitch
    let panel = slice + (firstDepth * sliceColumns + (column - firstColumn) * steps) * pitch
    return (
      panel + ((depth - firstDepth) * pitch + (vector & 1) * width),
      shape.depth * sliceColumns * pitch + (shape.positionSkew ?? 0)
    )
  }
}
