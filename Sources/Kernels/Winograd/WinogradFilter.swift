import CVector

/// The shape of a filter transform: one group's filter, seen as taps of depth x outputs matrices, and U.
@frozen public struct WinogradFilterShape: Sendable {
  /// Floats of the filter from one tap and from one channel to the next.
  public let tapStride: Int
  public let rowStride: Int
  /// Channels that the multiplication sums over, and those it yields.
  public let depth: Int
  public let outputs: Int
  /// For the input gradient: taps in reverse, and output channels as the depth.
  public let isRotated: Bool
  public let depthStep: Int
  public let columnsPerSlice: Int
  /// Floats left free behind each position of U where it is one slice that is to stay in the caches; nil where it is
  /// stored by non-temporal stores.
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
  /// Where `isRotated`: room for taps^2 w^2 floats.
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
    if job.shape.positionSkew == nil {
      transformFilter(PastCaches.self, algorithm, job, depths)
      cvector_store_fence()
    } else {
      transformFilter(IntoCaches.self, algorithm, job, depths)
    }
  }

  @inlinable @inline(__always)
  static func transformFilter<S: WinogradFilterStores>(
    _: S.Type, _ algorithm: WinogradAlgorithm, _ job: WinogradFilter, _ depths: Range<Int>
  ) {
    switch algorithm {
    case .f2x3: transformFilter(F2x3.self, S.self, job, depths)
    case .f4x3: transformFilter(F4x3.self, S.self, job, depths)
    case .f6x3: transformFilter(F6x3.self, S.self, job, depths)
    case .f2x5: transformFilter(F2x5.self, S.self, job, depths)
    case .f4x5: transformFilter(F4x5.self, S.self, job, depths)
    }
  }

  @inlinable @inline(__always)
  static func transformFilter<T: WinogradTransforms, S: WinogradFilterStores>(
    _: T.Type, _: S.Type, _ job: WinogradFilter, _ depths: Range<Int>
  ) {
    let (taps, points, width) = (T.Filter.Inputs.count, T.Filter.Outputs.count, Lanes.count)
    let columns = panels(of: job.shape.outputs)
    let tapStride = job.shape.tapStride
    if job.shape.isRotated {
      for first in stride(from: depths.lowerBound, to: depths.upperBound, by: width) {
        let count = min(width, depths.upperBound - first)
        for vector in 0..<(2 * columns) {
          transposeFilter(T.self, S.self, job, firstDepth: first, count: count, firstOutput: vector * width)
          for row in 0..<count {
            let destination = job.place(depth: first + row, vector: vector, points: points, columns: columns, width)
            let source = Source(job.scratch + row * width)
            T.Filter.applyTwice { i, j in
              Lanes(load: source + (taps * taps - 1 - (i * taps + j)) * width * width)
            } _: { i, j, value in
              S.put(value, destination.base + (i * points + j) * destination.positionStride)
            }
          }
        }
      }
    } else {
      for depth in depths {
        for vector in 0..<(2 * columns) {
          let destination = job.place(depth: depth, vector: vector, points: points, columns: columns, width)
          let source = job.source + (depth * job.shape.rowStride + vector * width)
          // The rows of a column block are short and lie apart: nothing else fetches them.
          if S.isColumnBlock {
            for tap in 0..<(taps * taps) { cvector_prefetch_l2(source + (8 * job.shape.rowStride + tap * tapStride)) }
          }
          let count = min(width, job.shape.outputs - vector * width)
          if count == width {
            T.Filter.applyTwice { i, j in
              Lanes(load: source + (i * taps + j) * tapStride)
            } _: { i, j, value in
              S.put(value, destination.base + (i * points + j) * destination.positionStride)
            }
          } else {
            T.Filter.applyTwice { i, j in
              count > 0 ? Lanes(load: source + (i * taps + j) * tapStride, first: count) : Lanes.zero
            } _: { i, j, value in
              S.put(value, destination.base + (i * points + j) * destination.positionStride)
            }
          }
        }
      }
    }
  }

  /// scratch[tap][depth][output] from source[tap][output][depth], w x w of every tap; zeros where there is no filter.
  @inlinable @inline(__always)
  static func transposeFilter<T: WinogradTransforms, S: WinogradFilterStores>(
    _: T.Type, _: S.Type, _ job: WinogradFilter, firstDepth: Int, count: Int, firstOutput: Int
  ) {
    let (taps, width) = (T.Filter.Inputs.count, Lanes.count)
    let outputs = max(min(width, job.shape.outputs - firstOutput), 0)
    let corner = job.source + (firstOutput * job.shape.rowStride + firstDepth)
    for tap in 0..<(taps * taps) {
      let (source, destination) = (corner + tap * job.shape.tapStride, job.scratch + tap * width * width)
      if S.isColumnBlock {
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

/// How a vector of U is stored.
@usableFromInline protocol WinogradFilterStores {
  static var isColumnBlock: Bool { get }
  static func put<Lanes: Vector>(_ value: Lanes, _ place: Destination)
}

/// Of a whole U.
@usableFromInline enum PastCaches: WinogradFilterStores {
  @inlinable @inline(__always) static var isColumnBlock: Bool { false }
  @inlinable @inline(__always) static func put<Lanes: Vector>(_ value: Lanes, _ place: Destination) {
    value.storeNonTemporal(to: place)
  }
}

/// Of a column block that is multiplied at once.
@usableFromInline enum IntoCaches: WinogradFilterStores {
  @inlinable @inline(__always) static var isColumnBlock: Bool { true }
  @inlinable @inline(__always) static func put<Lanes: Vector>(_ value: Lanes, _ place: Destination) {
    value.store(to: place)
  }
}

extension WinogradFilter {
  /// Where the vector of output channels at `depth` lies in U at position 0.
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
