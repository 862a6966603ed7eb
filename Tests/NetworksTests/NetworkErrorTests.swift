import Convolution
import Kernels
import Networks
import Tensors
import Terms
import Testing

@Suite struct NetworkErrorTests {
  @Test(arguments: [-1, 0, 4097, Int.max])
  func imageSizeOutOfRange(_ size: Int) {
    #expect(throws: NetworkError.imageSizeOutOfRange(size)) { try Network.vgg16.layers(imageSize: size) }
    #expect(
      NetworkError.imageSizeOutOfRange(size).description == "Image size \(size) is out of range: use 1 to 4096 pixels.")
  }

  @Test(arguments: [
    ("alexnet", 56, "pool5"), ("alexnet-owt", 56, "pool5"), ("alexnet", 8, "pool1"), ("alexnet", 1, "pool1"),
    ("overfeat", 70, "pool5"), ("overfeat", 26, "conv2"), ("overfeat", 10, "conv1"),
  ])
  func imageTooSmallNamesTheLayer(_ model: String, _ size: Int, _ layer: String) throws {
    let network = try #require(Zoo.named(model))
    let error = #expect(throws: NetworkError.self) { try network.layers(imageSize: size) }
    #expect(
      error
        == .imageTooSmall(
          model: model, image: ImageShape(height: size, width: size, channels: 3), layer: layer))
    #expect(
      error?.description
        == "\(model) cannot take \(size)x\(size) images: nothing is left for \(layer). Use a larger --image-size.")
  }

  @Test(arguments: [
    ("vgg16", 1), ("vgg16-2048", 1), ("alexnet", 57), ("alexnet-owt", 57), ("mobilenetv2", 1),
    ("mobilenetv2-tutorial", 1), ("cifar10-tutorial", 1), ("lenet5", 1), ("vgg16-cifar10", 1), ("overfeat", 71),
    ("vgg11", 1), ("googlenet", 1), ("resnet18", 1), ("resnet50", 1),
  ])
  func smallestImageIsTaken(_ model: String, _ size: Int) throws {
    let network = try #require(Zoo.named(model))
    let layers = try network.layers(imageSize: size)
    #expect(layers.allSatisfy { $0.output.count > 0 })
    #expect(try layers.last?.output == network.layers().last?.output)
  }

  @Test func largestImageIsTaken() throws {
    #expect(try Network.alexnet.layers(imageSize: 4096).macs > 1 << 36)
  }

  @Test(arguments: [
    ("alexnet", "conv2", 255), ("alexnet", "conv1", 97), ("vgg16", "conv1_1", 0), ("vgg16", "conv3_2", -4),
    ("mobilenetv2", "block3/project", 0), ("mobilenetv2", "block3/project", 25), ("vgg16", "fc6", 0),
    ("vgg16", "fc8", -1), ("mobilenetv2", "conv1", 0),
  ])
  func widthThatCannotBeIsRefused(_ model: String, _ layer: String, _ width: Int) throws {
    let network = try #require(Zoo.named(model))
    let error = #expect(throws: NetworkError.self) {
      try network.layers(imageSize: 64, widths: [layer: width])
    }
    guard case .invalidLayer(let sentence) = error else {
      Issue.record("\(model) with \(layer) of \(width): \(String(describing: error))")
      return
    }
    #expect(sentence.hasSuffix("."))
  }

  private static let refused: [(String, @Sendable (inout LayerBuilder) -> Void)] = [
    (
      "adds 6x6x3 to 6x6x4",
      { net in
        let start = net.tap
        net.convolution("conv1", channels: 4, kernel: 3)
        net.add("add1", start)
      }
    ),
    ("concatenates nothing", { $0.concatenate("concat1", []) }),
    (
      "heights and widths must agree",
      { net in
        let start = net.tap
        net.maxPool("pool1", size: 2, stride: 2)
        net.concatenate("concat1", [start, net.tap])
      }
    ),
    (
      "two layers 'conv1'",
      { net in
        net.convolution("conv1", channels: 4, kernel: 3)
        net.convolution("conv1", channels: 4, kernel: 3)
      }
    ),
    ("has no layers", { _ in }),
    ("the network's input needs a name", { $0.batchNormalization() }),
    ("use at most 256 pixels", { $0.maxPool("pool1", size: 17, stride: 1, padding: .same) }),
    ("smaller than its window", { $0.averagePool("pool1", size: 2, stride: 2, padding: .explicit(2)) }),
    ("smaller than its window", { $0.maxPool("pool1", size: .init(3, 1), stride: 1, padding: .explicit(1)) }),
    ("smaller than its window", { $0.maxPool("pool1", size: 3, stride: 1, padding: .explicit(-1)) }),
    ("a stride of at least 1", { $0.averagePool("pool1", size: 2, stride: 0) }),
    ("a stride and a dilation of at least 1", { $0.convolution("conv1", channels: 4, kernel: 3, stride: .init(1, 0)) }),
    ("padding must not be negative", { $0.convolution("conv1", channels: 4, kernel: 3, padding: .explicit(-1)) }),
    ("cannot keep 0.0", { $0.dropout("dropout1", keep: 0) }),
    (
      "a radius of at least 0",
      {
        $0.localResponse("norm1", LocalResponse(radius: -1, bias: 1, alpha: 1, beta: 1))
      }
    ),
    ("nothing is left for pool1", { $0.averagePool("pool1", size: 7, stride: 1) }),
    ("nothing is left for conv1", { $0.convolution("conv1", channels: 4, kernel: .init(7, 1), padding: .valid) }),
  ]

  /// A user's network that cannot be is refused with a sentence, not built as another one.
  @Test(arguments: refused.indices)
  func layersThatCannotBeAreRefused(_ index: Int) {
    let (reason, build) = Self.refused[index]
    let network = Network("mine", summary: "", citation: "", imageSize: 6, layers: build)
    let error = #expect(throws: NetworkError.self) { try network.layers() }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    #expect(error?.description.hasSuffix(".") == true)
  }

  /// The height names the size of an image: the width follows.
  @Test func imagesKeepTheirProportions() throws {
    let input = ImageShape(height: 48, width: 64, channels: 1)
    let network = Network("mine", summary: "", citation: "", input: input) { $0.fullyConnected("fc1", units: 2) }
    #expect(try network.layers()[0].parameters[0].shape == [48 * 64, 2])
    #expect(network.input(imageSize: 24) == ImageShape(height: 24, width: 32, channels: 1))
    #expect(network.input(imageSize: 1) == ImageShape(height: 1, width: 1, channels: 1))
    #expect(throws: NetworkError.imageSizeOutOfRange(4096)) { try network.layers(imageSize: 4096) }
  }

  /// The first reason is the one to repair, not what follows from it.
  @Test func firstInvalidWidthIsTheOneNamed() {
    let error = #expect(throws: NetworkError.self) {
      try Network.mobilenetV2.layers(imageSize: 64, widths: ["block3/project": 0])
    }
    #expect(
      error?.description.hasPrefix("block3/project cannot have 0 channels") == true, "\(String(describing: error))")
  }

  @Test func unknownBackendNamesTheOthers() {
    let error = #expect(throws: NetworkError.self) { try BackendChoice("cudnn") }
    #expect(error == .unknownBackend("cudnn"))
    for name in backendNames { #expect(error?.description.contains(name) == true, "\(name)") }
  }

  @Test func strictChoiceRefusesWhatItCannotRun() throws {
    let layers = try Network.mobilenetV2.narrowLayers()
    let choice = try BackendChoice("im2col", strict: true)
    let error = #expect(throws: NetworkError.self) {
      try Program(layers, pass: .forward, batch: 1, choice: choice, in: context())
    }
    guard case .strict(let layer, "im2col", let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(layer == "block1/depthwise")
    #expect(
      error?.description == "'im2col' cannot run \(layer): \(reason) Leave out --strict to let another back end run it."
    )
  }

  @Test func choiceThatIsNotStrictSaysWhoRunsALayerAndWhy() throws {
    let layers = try Network.mobilenetV2.narrowLayers()
    let program = try Program(layers, pass: .forward, batch: 1, choice: BackendChoice("im2col"), in: context())
    for assignment in program.assignments {
      let isDepthwise = assignment.layer.hasSuffix("/depthwise")
      #expect((assignment.backend != "im2col") == isDepthwise, "\(assignment.layer) runs on \(assignment.backend)")
      #expect((assignment.refusal != nil) == isDepthwise, "\(assignment.layer): \(assignment.refusal ?? "no refusal")")
    }
  }

  /// Every convolution in every direction that its pass needs, once.
  @Test(arguments: backendNames)
  func everyConvolutionIsAssignedInEveryDirection(_ backend: String) throws {
    let layers = try Network.alexnet.narrowLayers()
    for pass in Pass.allCases {
      let program = try Program(layers, pass: pass, batch: 1, choice: BackendChoice(backend), in: context())
      let assigned = program.assignments.map { "\($0.layer) \($0.request.direction)" }
      let directions = pass.hasGradients ? Direction.allCases : [.forward]
      let wanted = layers.filter { $0.problem != nil }.flatMap { layer in directions.map { "\(layer.name) \($0)" } }
      // Nobody asks for the gradient of the images.
      #expect(Set(assigned) == Set(wanted).subtracting(["conv1 \(Direction.inputGradient)"]), "\(backend) \(pass)")
      #expect(Set(assigned).count == assigned.count, "\(backend) \(pass)")
    }
  }
}
