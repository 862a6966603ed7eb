import Convolution

/// One piece of a step: it reads some tensors and writes others.
package protocol Instruction: AnyObject {
  /// The layer that it belongs to.
  var layer: String { get }
  var phase: Phase { get }
  var reads: [Tensor] { get }
  var writes: [Tensor] { get }
  func run()
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
  private let body: () -> Void

  init(
    _ layer: String, _ phase: Phase, reads: [Tensor], writes: [Tensor], run body: @escaping () -> Void
  ) {
    self.layer = layer
    self.phase = phase
    self.reads = reads
    self.writes = writes
    self.body = body
  }

  func run() { body() }
}
