import Convolution

/// One piece of a step: it reads some tensors and writes others.
package protocol Instruction: AnyObject {
  /// The layer that it belongs to, or the first of several.
  var layer: String { get }
  var phase: Phase { get }
  var reads: [Tensor] { get }
  var writes: [Tensor] { get }
  var portion: Portion { get }
  /// Where it computes several layers.
  var laps: Laps? { get }
  /// - Parameter images: of the batch; what `portion` allows.
  func run(images: Range<Int>)
}

/// How many images of the batch an instruction takes at a time.
package enum Portion: Hashable, Sendable {
  /// The whole batch.
  case batch
  /// The whole batch, and it reads nothing that a step computes: weights at most.
  case weights
  /// Any images: what it writes for an image depends on that image alone.
  case any
  /// So many, of which the batch is a multiple.
  case images(Int)
}

/// What an instruction contributes to, for reports of time per layer.
package enum Phase: String, CaseIterable, Sendable {
  case forward
  case inputGradient = "input_gradient"
  case filterGradient = "filter_gradient"
  case update
}

/// An instruction given by a closure over its tensors.
final class Step: Instruction {
  let layer: String
  let phase: Phase
  let reads: [Tensor]
  let writes: [Tensor]
  let portion: Portion
  let laps: Laps?
  private let body: (Range<Int>) -> Void

  init(
    _ layer: String, _ phase: Phase, _ portion: Portion, reads: [Tensor], writes: [Tensor], laps: Laps? = nil,
    run body: @escaping (Range<Int>) -> Void
  ) {
    self.layer = layer
    self.phase = phase
    self.portion = portion
    self.reads = reads
    self.writes = writes
    self.laps = laps
    self.body = body
  }

  func run(images: Range<Int>) { body(images) }
}
