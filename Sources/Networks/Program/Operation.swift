import Convolution
import Terms

/// One entry of a lowered program: it reads some tensors and writes others.
package final class Operation {
  /// The layer that it belongs to, or the name of a group of several convolutions.
  package let layer: String
  package let phase: StepPhase
  package let reads: [Tensor]
  package let writes: [Tensor]
  package let microBatch: MicroBatch
  /// What its workers do, except in phases that they record; nil where they record all that matters.
  package let activity: KernelPhase?
  /// What a dispatch computes and moves by phase, where the operation's plan says so.
  package let work: [KernelPhase: PhaseWork]
  /// What a CPU profile knows the operation by; nil where none is taken.
  var label: OperationLabel?
  private let body: (Range<Int>) -> Void

  init(
    _ layer: String, _ phase: StepPhase, _ microBatch: MicroBatch, as activity: KernelPhase? = nil,
    work: [KernelPhase: PhaseWork] = [:], reads: [Tensor], writes: [Tensor], run body: @escaping (Range<Int>) -> Void
  ) {
    self.layer = layer
    self.phase = phase
    self.microBatch = microBatch
    self.activity = activity
    self.work = work
    self.reads = reads
    self.writes = writes
    self.body = body
  }

  /// - Parameter images: of the batch; what `microBatch` allows.
  func run(images: Range<Int>) {
    guard let label else { return body(images) }
    label.pool.labelled(label.number) { body(images) }
  }
}

/// How many images of the batch an operation takes at a time.
package enum MicroBatch: Hashable, Sendable {
  /// The whole batch.
  case batch
  /// The whole batch; the operation reads nothing that a step computes, weights at most.
  case weights
  /// Any images; what the operation writes for an image depends on that image alone.
  case any
  /// So many images, of which the batch is a multiple.
  case images(Int)
}

extension MicroBatch {
  /// How many images of a batch it is.
  package func images(of batch: Int) -> Int {
    if case .images(let count) = self { count } else { batch }
  }
}
