import Convolution
import Tensors
import Terms

/// A network made ready for one pass at one batch size: operations over tensors whose memory is planned.
///
/// Making a program allocates no tensor; `allocate` does, all of it at once.
package final class Program {
  package let layers: [Layer]
  package let pass: Pass
  package let batch: Int
  package let context: ExecutionContext
  /// The fused groups, in the order in which the forward pass runs them.
  package let groups: [FusedGroup]
  /// The plans that run, in the order of the groups.
  package var assignments: [Assignment] { groups.flatMap(\.assignments) }
  /// In the order of the layers; moving statistics included.
  package let parameters: [(parameter: Parameter, tensor: Tensor)]
  /// By parameter name; empty for a forward pass.
  package let gradients: [String: Tensor]
  package let input: Tensor
  package let logits: Tensor
  /// Forward: [batch, classes].
  package let probabilities: Tensor?
  /// The labels, where the loss takes any.
  package let labelledLoss: LabelledLoss?
  package let memory: MemoryForecast

  let preparations: [Operation]
  package let schedule: Schedule
  /// What hears of the gradients of each step of `run`; nil for nothing.
  package var gradientFollower: GradientFollower?
  private let dropoutMasks: [DropoutMask]
  private let persistent: [Tensor]
  private let transient: [Tensor]
  private let transientPlan: MemoryPlan
  private var arena: Memory?

  init(
    _ builder: ProgramBuilder, input: Tensor, logits: Tensor, probabilities: Tensor?, labelledLoss: LabelledLoss?
  ) {
    layers = builder.layers
    pass = builder.pass
    batch = builder.batch
    context = builder.context
    groups = builder.groups
    parameters = builder.parameters
    gradients = builder.gradients
    preparations = builder.preparations
    schedule = Schedule(builder.operations, batch: builder.batch)
    self.input = input
    self.logits = logits
    self.probabilities = probabilities
    self.labelledLoss = labelledLoss
    dropoutMasks = builder.saved.values.compactMap { if case .dropout(let mask) = $0 { mask } else { nil } }

    let lifetimes = Lifetimes(schedule.groups)
    persistent = lifetimes.persistent(with: builder.preparations, builder.parameters.map(\.tensor))
    transient = lifetimes.transient
    transientPlan = MemoryPlan(lifetimes.requests)
    memory = MemoryForecast(
      persistentBytes: persistent.reduce(0) { $0 + $1.byteCount.rounded(upTo: 64) },
      transientBytes: transientPlan.byteCount,
      workspaceBytes: groups.flatMap(\.assignments).map(\.workspaceBytes).max() ?? 0)
  }

  /// Allocates the arena, touches all of it and gives every tensor its place.
  ///
  /// - Throws: `AllocationError` where the system refuses.
  package func allocate() throws(AllocationError) {
    let arena = try Memory(byteCount: memory.totalBytes)
    context.pool.split(arena.byteCount, grain: Memory.alignment) { arena.commit($0) }
    var offset = 0
    for tensor in persistent {
      tensor.place(at: arena.base + offset)
      offset += tensor.byteCount.rounded(upTo: 64)
    }
    for (tensor, position) in zip(transient, transientPlan.offsets) {
      tensor.place(at: arena.base + offset + position)
    }
    self.arena = arena
  }

  /// Whether the arena was advised to lie on huge pages.
  package var hugePagesAdvised: Bool { arena?.hugePagesAdvised ?? false }

  /// Folds and packs constant weights, once, before the first step.
  package func prepare() {
    for operation in preparations { operation.run(images: 0..<batch) }
  }

  /// Draws the dropout masks of so many steps, so that the next one has those of a program that has run them.
  package func skipDropout(steps: Int) {
    for mask in dropoutMasks { for _ in 0..<steps { mask.advance() } }
  }

  /// One step.
  package func run() {
    guard let gradientFollower else {
      for dispatch in schedule.dispatches { dispatch.run() }
      return
    }
    gradientFollower.run(schedule)
  }

  /// One step, with what each worker does in each dispatch recorded under the dispatch's number.
  /// - Parameters:
  ///   - began: is called with a dispatch's number before it runs, and returns the time
  ///   - ended: is called with a dispatch's number when it has run, and returns the time
  /// - Returns: whether there was room for all spans; if not, there will be in the next step.
  package func runRecorded(began: (Int) -> UInt64, ended: (Int) -> UInt64) -> Bool {
    context.pool.recording {
      for (number, dispatch) in schedule.dispatches.enumerated() {
        context.pool.spans.operation = UInt32(number)
        context.pool.spans.operationBegan(at: began(number))
        dispatch.run()
        context.pool.spans.operationEnded(at: ended(number))
      }
    }
  }
}

/// The memory that a program will allocate, in bytes.
package struct MemoryForecast: Sendable, Hashable {
  /// Parameters, their gradients, packed weights, input and results.
  package let persistentBytes: Int
  /// Activations, gradients of activations and workspace, which share memory over time.
  package let transientBytes: Int
  /// The largest workspace of a convolution; part of the transient bytes.
  package let workspaceBytes: Int
  package var totalBytes: Int { persistentBytes + transientBytes }
}
