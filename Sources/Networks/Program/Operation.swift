import Convolution
import Terms

/// One entry of a lowered program: it reads some tensors and writes others.
package final class Operation {
  /// The layer that it belongs to, or the first of several.
  package let layer: String
  package let phase: StepPhase
  package let reads: [Tensor]
  package let writes: [Tensor]
  package let microBatch: MicroBatch
  /// Where it computes several layers.
  package let laps: Laps?
  private let body: (Range<Int>) -> Void

  init(
    _ layer: String, _ phase: StepPhase, _ microBatch: MicroBatch, reads: [Tensor], writes: [Tensor], laps: Laps? = nil,
    run body: @escaping (Range<Int>) -> Void
  ) {
    self.layer = layer
    self.phase = phase
    self.microBatch = microBatch
    self.reads = reads
    self.writes = writes
    self.laps = laps
    self.body = body
  }

  /// - Parameter images: of the batch; what `microBatch` allows.
  func run(images: Range<Int>) { body(images) }
}

/// How many images of the batch an operation takes at a time.
package enum MicroBatch: Hashable, Sendable {
  /// The whole batch.
  case batch
  /// The whole batch, and it reads nothing that a step computes: weights at most.
  case weights
  /// Any images: what it writes for an image depends on that image alone.
  case any
  /// So many, of which the batch is a multiple.
  case images(Int)
}
