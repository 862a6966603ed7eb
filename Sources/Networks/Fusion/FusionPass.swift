import Convolution
import Terms

/// Decides which layers run together, on which back end, and on how many images at a time. It allocates no tensor and
/// builds no operation; lowering walks the groups and decides nothing.
///
/// The pass begins with a group for each layer. The rules of `FusionRules.all` then change the groups in order, and at
/// the end each convolution gets its plans.
package struct FusionPass {
  let graph: LayerGraph
  let pass: Pass
  let batch: Int
  let choice: BackendChoice
  let context: ExecutionContext
  let caches: CacheSizes
  /// Whether dropout takes effect in passes with gradients.
  let dropsOut: Bool
  /// Images that the normalized convolutions of a forward pass take at a time.
  var forwardMicroBatch: Int
  /// By first layer.
  private var groupsByLayer: [Int: FusedGroup] = [:]

  private init(
    _ layers: [Layer], pass: Pass, batch: Int, choice: BackendChoice, context: ExecutionContext, caches: CacheSizes,
    dropsOut: Bool
  ) {
    graph = LayerGraph(layers)
    self.pass = pass
    self.batch = batch
    self.choice = choice
    self.context = context
    self.caches = caches
    self.dropsOut = dropsOut
    forwardMicroBatch = batch
    for index in layers.indices { groupsByLayer[index] = FusedGroup(index, in: graph, batch: batch) }
  }

  /// The groups of a network, by their first layers in order. Every layer is in one of them.
  ///
  /// - Throws: `NetworkError.strict` where the choice of back ends does not cover a convolution.
  package static func groups(
    _ layers: [Layer], pass: Pass, batch: Int, choice: BackendChoice, in context: ExecutionContext,
    caches: CacheSizes = .current, dropsOut: Bool = true
  ) throws(NetworkError) -> [FusedGroup] {
    var fusion = FusionPass(
      layers, pass: pass, batch: batch, choice: choice, context: context, caches: caches, dropsOut: dropsOut)
    for rule in FusionRules.all { try rule.apply(to: &fusion) }
    try fusion.planConvolutions()
    return fusion.groups
  }

  // MARK: Groups

  /// By first layer.
  var groups: [FusedGroup] { groupsByLayer.sorted { $0.key < $1.key }.map(\.value) }

  /// First layers of the groups with convolutions, in order.
  var convolutionGroups: [Int] { groups.filter { !$0.convolutions.isEmpty }.map(\.first) }

  /// The group that begins with a layer.
  subscript(first: Int) -> FusedGroup {
    get { groupsByLayer[first]! }
    set { groupsByLayer[first] = newValue }
  }

  /// The group that begins with a layer, if one does.
  func group(from layer: Int?) -> FusedGroup? { layer.flatMap { groupsByLayer[$0] } }

  /// The first layer of the group that a layer belongs to.
  func first(of layer: Int) -> Int { groupsByLayer.values.first { $0.layers.contains(layer) }!.first }

  /// The only convolution of a group, or the first of several.
  func convolution(_ first: Int) -> FusedConvolution { self[first].convolutions[0] }

  mutating func update(_ first: Int, _ change: (inout FusedConvolution) -> Void) {
    change(&groupsByLayer[first]!.convolutions[0])
  }

  /// Makes the group that begins with `next` part of the one that begins with `first`.
  mutating func merge(_ next: Int, into first: Int) {
    let added = groupsByLayer.removeValue(forKey: next)!
    groupsByLayer[first]!.layers += added.layers
    groupsByLayer[first]!.names += added.names
    groupsByLayer[first]!.convolutions += added.convolutions
    groupsByLayer[first]!.notes += added.notes
  }

  mutating func note(_ first: Int, _ sentence: String) { groupsByLayer[first]!.notes.append(sentence) }

  // MARK: Back ends

  /// Directions of a layer's plans in this pass. The filter gradient comes before the input gradient, which may then be
  /// written over the activation that the filter gradient read.
  func directions(_ layer: Int) -> [Direction] {
    guard pass.hasGradients else { return [.forward] }
    return graph.wantsInputGradient(layer)
      ? [.forward, .filterGradient, .inputGradient] : [.forward, .filterGradient]
  }

  /// The back end of a convolution in a direction, and why it is not the one asked for.
  func backend(
    of convolution: FusedConvolution, _ direction: Direction
  ) throws(NetworkError) -> (backend: any ConvolutionBackend, refusal: String?) {
    try choice.assign(graph.layers[convolution.layer], convolution.problem, direction)
  }

  /// What a plan of a convolution is made for.
  func request(_ convolution: FusedConvolution, _ direction: Direction, images: Int) -> ConvolutionRequest {
    var problem = convolution.problem
    problem.batch = images
    return ConvolutionRequest(
      problem, direction, epilogue: direction == .forward ? convolution.epilogue : .none,
      fusions: convolution.fusions(direction), filterIsConstant: direction == .forward && !pass.hasGradients)
  }

  /// The plan of a 1x1 convolution and the depthwise one behind it, if the back end has one.
  func plan(
    expansion pair: [FusedConvolution], images: Int, on backend: any ConvolutionBackend
  ) -> ExpandedDepthwisePlan? {
    let requests = pair.map { request($0, .forward, images: images) }
    return backend.plan(expansion: requests[0], depthwise: requests[1], in: context)
  }

  private mutating func planConvolutions() throws(NetworkError) {
    for first in convolutionGroups {
      let group = self[first]
      let images = group.microBatch.images(of: batch)
      if pass.hasGradients, group.convolutions[0].normalization != nil {
        self[first].moments = PointwiseMoments(group.convolutions[0].problem, images: images, in: context)
      }
      if group.keepsExpansionInCache {
        let backend = try backend(of: group.convolutions[0], .forward).backend
        self[first].expansion = plan(expansion: group.convolutions, images: images, on: backend)
      }
      let (chain, expansion) = (group.chain, self[first].expansion)
      for (number, convolution) in group.convolutions.enumerated() {
        for direction in directions(convolution.layer) {
          let (backend, refusal) = try backend(of: convolution, direction)
          let request = request(convolution, direction, images: images)
          let plan = chain == nil && expansion == nil ? backend.plan(request, in: context) : nil
          let common = number == 0 ? chain?.plan.workspaceBytes ?? expansion?.workspaceBytes : nil
          let pairs = expansion != nil && number == 0 && direction == .forward
          self[first].convolutions[number].assignments.append(
            Assignment(
              layer: convolution.name, isConvolution: convolution.isConvolution, problem: convolution.problem,
              request: request, backend: backend.name,
              algorithm: plan?.algorithm ?? chain?.plan.algorithm ?? expansion!.algorithm, refusal: refusal,
              workspaceBytes: plan?.workspaceBytes ?? common ?? 0, chain: number == 0 ? chain?.chain : nil,
              depthwise: pairs ? self.request(group.convolutions[1], .forward, images: images) : nil, plan: plan))
        }
      }
    }
  }
}
