import Convolution
import Networks
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
  ])
  func imageTooSmallNamesTheLayer(_ model: String, _ size: Int, _ layer: String) throws {
    let network = try #require(Zoo.named(model))
    let error = #expect(throws: NetworkError.self) { try network.layers(imageSize: size) }
    #expect(error == .imageTooSmall(model: model, imageSize: size, layer: layer))
    #expect(
      error?.description
        == "\(model) cannot take \(size)x\(size) images: nothing is left for \(layer). Use a larger --image-size.")
  }

  @Test(arguments: [
    ("vgg16", 1), ("vgg16-2048", 1), ("alexnet", 57), ("alexnet-owt", 57), ("mobilenetv2", 1),
    ("mobilenetv2-tutorial", 1),
  ])
  func smallestImageIsTaken(_ model: String, _ size: Int) throws {
    let layers = try #require(Zoo.named(model)).layers(imageSize: size)
    #expect(layers.allSatisfy { $0.output.count > 0 })
    #expect(layers.last?.output.count == 1000)
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
    guard case .invalidWidth(let sentence) = error else {
      Issue.record("\(model) with \(layer) of \(width): \(String(describing: error))")
      return
    }
    #expect(sentence.hasSuffix("."))
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
