import Kernels
import Tensors

/// What the sizes of the caches decide. Every threshold stands here, or in an extension for one family of kernels, with
/// its reason.
///
/// It follows from a description of the caches alone, so a test can ask for another machine's decisions.
package struct CachePolicy: Hashable, Sendable {
  package let caches: CacheSizes

  package init(_ caches: CacheSizes) { self.caches = caches }

  /// This machine's.
  package static let current = CachePolicy(.current)

  // MARK: Results

  /// Bytes of the largest result that is still cached when the next layer reads it: three quarters of the last level,
  /// since the filter and the input pass through it meanwhile.
  package var largestKeptResult: Int { caches.last / 4 * 3 }

  package func keepsResult(_ bytes: Int) -> Bool { bytes <= largestKeptResult }

  /// Whether a kernel stores a result of `bytes` by non-temporal stores: where no cache keeps it until it is read, they
  /// save reading what is overwritten. They must fill whole cache lines at once, because each part of a line is an
  /// access to memory of its own.
  /// - Parameters:
  ///   - run: floats that the kernel stores one right behind the other
  ///   - steps: floats that lie between runs
  func storesNonTemporally(_ bytes: Int, run: Int, steps: Int...) -> Bool {
    !keepsResult(bytes) && run.isMultiple(of: Self.lineFloats)
      && steps.allSatisfy { $0.isMultiple(of: Self.lineFloats) }
  }

  /// Whether a tensor begins with a cache line, as `storesNonTemporally` takes for granted.
  static func isAligned(_ tensor: UnsafeMutablePointer<Float>) -> Bool { UInt(bitPattern: tensor) % 64 == 0 }

  private static let lineFloats = 16

  // MARK: Networks

  /// Bytes of tensors in use around a convolution beside a batch norm, which goes through the batch in micro-batches: a
  /// quarter of the last level, which other programs share.
  package var microBatchBytes: Int { caches.last / 4 }

  // MARK: Fused blocks

  /// Bytes of a strip of an inverted residual block: three quarters of the second level. The rest is for the weights.
  var stripBytes: Int { caches.second / 4 * 3 }

  // MARK: Direct convolution

  /// Floats of the source rows of a block, and of its output lines: 320 KiB, which with a panel of the filter stay in a
  /// second-level cache of 512 KiB or more.
  static let directBlockFloats = 80 << 10

  /// The same for a filter gradient, 256 KiB: it has the output gradient beside the source rows. The block decides the
  /// order of its sums, so this may not depend on the machine.
  static let directGradientBlockFloats = 64 << 10

  // MARK: Fully connected layers

  /// Whether the filter gradient of a fully connected layer is stored by non-temporal stores: from an eighth of the
  /// last level on. Nothing reads it before all gradients of the step are there.
  func storesFilterGradientNonTemporally(_ bytes: Int) -> Bool { bytes > caches.last / 8 }
}

extension ExecutionContext {
  /// Whether a layer stores a tensor of `count` floats by non-temporal stores: no cache keeps it until it is read, and
  /// its pixels, written one after another, are whole vectors. Every tensor is aligned to them.
  package func storesNonTemporally(_ count: Int, channels: Int) -> Bool {
    channels.isMultiple(of: kernels.width)
      && !CachePolicy.current.keepsResult(count * MemoryLayout<Float>.stride)
  }
}
