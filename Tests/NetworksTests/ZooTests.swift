import Convolution
import Networks
import Tensors
import Testing

/// The models against the figures of their papers and of the scripts that are reproduced.
@Suite struct ZooTests {
  struct Figures: Sendable, CustomTestStringConvertible {
    let model: String
    var imageSize = 224
    let parameters: Int
    let macs: Int
    var testDescription: String { "\(model) at \(imageSize)" }
  }

  static let figures = [
    Figures(model: "alexnet", parameters: 60_965_224, macs: 728_274_944),
    Figures(model: "alexnet", imageSize: 227, parameters: 60_965_224, macs: 749_108_768),
    Figures(model: "alexnet-owt", parameters: 61_100_840, macs: 716_767_232),
    Figures(model: "vgg16", parameters: 138_357_544, macs: 15_470_264_320),
    Figures(model: "vgg16-2048", parameters: 72_342_312, macs: 15_404_253_184),
    Figures(model: "mobilenetv2", parameters: 3_504_872, macs: 300_774_272),
    Figures(model: "mobilenetv2-tutorial", parameters: 3_507_520, macs: 437_140_096),
    Figures(model: "cifar10-tutorial", imageSize: 24, parameters: 1_068_298, macs: 18_470_784),
    Figures(model: "lenet5", imageSize: 150, parameters: 14_606_766, macs: 107_492_688),
    Figures(model: "vgg16-cifar10", imageSize: 32, parameters: 15_249_866, macs: 313_725_952),
    Figures(model: "overfeat", imageSize: 231, parameters: 145_920_872, macs: 2_801_403_904),
    Figures(model: "vgg11", parameters: 132_863_336, macs: 7_609_090_048),
    Figures(model: "googlenet", parameters: 6_998_552, macs: 1_582_671_872),
    Figures(model: "resnet18", parameters: 11_689_512, macs: 1_814_073_344),
    Figures(model: "resnet50", parameters: 25_557_032, macs: 4_089_184_256),
  ]

  @Test(arguments: figures)
  func parametersAndMultiplyAddsAreExact(_ figures: Figures) throws {
    let layers = try #require(Zoo.named(figures.model)).layers(imageSize: figures.imageSize)
    #expect(layers.parameterCount == figures.parameters, "\(figures.model)")
    #expect(layers.macs == figures.macs, "\(figures.model)")
  }

  @Test func namesAreUniqueAndFound() {
    let names = Zoo.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(names) == Set(Self.figures.map(\.model)))
    #expect(Zoo.named("VGG16") == nil)
  }

  @Test(arguments: Zoo.all.map(\.name))
  func modelsAreDescribed(_ name: String) throws {
    let network = try #require(Zoo.named(name))
    #expect((1...1024).contains(network.imageSize))
    #expect(network.citation.contains(/\b(19|20)\d\d\b/), "\(name): the citation names no year")
    #expect(!network.summary.isEmpty && !network.deviations.isEmpty, "\(name)")
    #expect(try network.layers().last.map { $0.output.count > 1 } == true, "\(name)")
  }

  /// Image size and classes; ImageNet's are 224 and 1000.
  static let sizes = [
    "cifar10-tutorial": (24, 10), "lenet5": (150, 2), "vgg16-cifar10": (32, 10), "overfeat": (231, 1000),
  ]

  @Test(arguments: Zoo.all.map(\.name))
  func modelsHaveTheSizesOfTheirData(_ name: String) throws {
    let network = try #require(Zoo.named(name))
    let (image, classes) = Self.sizes[name] ?? (224, 1000)
    #expect(network.imageSize == image)
    #expect(try network.layers().last?.output.count == classes, "\(name)")
  }

  @Test func alexnetHasThePublishedSides() throws {
    let names = ["conv1", "pool1", "pool2", "pool5"]
    #expect(try sides(.alexnet, 224, names) == [56, 27, 13, 6])
    #expect(try sides(.alexnet, 227, names) == [57, 28, 13, 6])
    #expect(try sides(.alexnetOneWeirdTrick, 224, names) == [56, 27, 13, 6])
  }

  @Test func vggHalvesFiveTimes() throws {
    let pools = (1...5).map { "pool\($0)" }
    for network in [Network.vgg16, .vgg16Tutorial] {
      #expect(try sides(network, 224, pools) == [112, 56, 28, 14, 7])
      #expect(try sides(network, 97, pools) == [49, 25, 13, 7, 4])
      #expect(try sides(network, 1, pools) == [1, 1, 1, 1, 1])
    }
  }

  @Test func cifar10TutorialHalvesTwice() throws {
    #expect(try sides(.cifar10Tutorial, 24, ["conv1", "pool1", "norm1", "conv2", "pool2"]) == [24, 12, 12, 12, 6])
    #expect(try sides(.cifar10Tutorial, 25, ["pool1", "pool2"]) == [13, 7])
  }

  @Test func historicalNetworksHaveTheirSides() throws {
    #expect(try sides(.leNet5, 150, ["conv1", "pool1", "pool2", "conv3"]) == [150, 75, 38, 38])
    let overfeat = ["conv1", "pool1", "conv2", "pool2", "conv5", "pool5"]
    #expect(try sides(.overfeat, 231, overfeat) == [56, 28, 24, 12, 12, 6])
    #expect(try sides(.vgg16CIFAR10, 32, ["conv1_1", "pool1", "pool5"]) == [32, 16, 1])
    let inceptions = ["conv1", "pool1", "pool2", "inception3a/concat", "inception4e/concat", "inception5b/concat"]
    #expect(try sides(.googLeNet, 224, inceptions) == [112, 56, 28, 28, 14, 7])
    for network in [Network.resNet18, .resNet50] {
      let blocks = network.name == "resnet18" ? [1, 3, 5, 7] : [1, 4, 8, 14]
      let names = ["conv1", "pool1"] + blocks.map { "block\($0)/add" }
      #expect(try sides(network, 224, names) == [112, 56, 56, 28, 14, 7])
      #expect(try sides(network, 223, names) == [112, 56, 56, 28, 14, 7])
    }
  }

  /// A ReLU follows every sum; SAME padding would be another network.
  @Test func resNetsHaveTheirSumsAndTheirPadding() throws {
    for (network, projected) in [(Network.resNet18, [3, 5, 7]), (.resNet50, [1, 4, 8, 14])] {
      let layers = try network.layers()
      let sums = layers.filter { $0.kindName == "add" }
      #expect(sums.count == (network.name == "resnet18" ? 8 : 16) && sums.allSatisfy { $0.activation == .relu })
      let shortcuts = layers.filter { $0.name.hasSuffix("/shortcut") }
      #expect(shortcuts.map(\.name) == projected.map { "block\($0)/shortcut" })
      let paddings = layers.filter(\.isConvolution).map { ($0.problem!.kernel.height / 2, $0.problem!.padding) }
      #expect(paddings.allSatisfy { $1 == .init(top: $0, bottom: $0, left: $0, right: $0) })
      #expect(layers.first { $0.name == "pool1" }?.kindName == "max pool 3/2 pad 1")
    }
  }

  @Test func inceptionsConcatenateFourBranches() throws {
    let layers = try Network.googLeNet.layers()
    let channels = layers.filter { $0.kindName == "concatenation" }.map { ($0.inputs.count, $0.output.channels) }
    #expect(channels.map(\.1) == [256, 480, 512, 512, 512, 528, 832, 832, 1024])
    #expect(channels.allSatisfy { $0.0 == 4 })
  }

  @Test func mobilenetsHaveTheirStrides() throws {
    let blocks = [1, 2, 4, 7, 11, 14, 17].map { "block\($0)/project" }
    #expect(try sides(.mobilenetV2, 224, ["conv1"] + blocks) == [112, 112, 56, 28, 14, 14, 7, 7])
    #expect(try sides(.mobilenetV2Tutorial, 224, ["conv1"] + blocks) == [112, 112, 56, 28, 28, 14, 7, 7])
  }

  @Test func layersReadTheOnesBeforeThem() throws {
    for network in Zoo.all {
      for (index, layer) in try network.layers().enumerated() {
        #expect(layer.inputs.allSatisfy { $0 ?? -1 < index }, "\(network.name): \(layer.name)")
      }
    }
  }

  /// Ten blocks add their input; the tutorial's form adds projections in two more.
  @Test func mobilenetsHaveTheirShortcuts() throws {
    func sums(_ network: Network) throws -> [String] {
      try network.layers().filter { $0.kindName == "add" }.map { String($0.name.dropLast("/add".count)) }
    }
    let identities = [3, 5, 6, 8, 9, 10, 12, 13, 15, 16].map { "block\($0)" }
    #expect(try sums(.mobilenetV2) == identities)
    let projected = try Network.mobilenetV2Tutorial.layers().filter { $0.name.hasSuffix("/shortcut") }.map(\.name)
    #expect(projected == ["block1/shortcut", "block7/shortcut"])
    #expect(try Set(sums(.mobilenetV2Tutorial)) == Set(identities + ["block1", "block7"]))
  }

  @Test func vggTutorialEndsInReLU() throws {
    #expect(try Network.vgg16Tutorial.layers().last?.activation == .relu)
    #expect(try Network.vgg16.layers().last?.activation == Activation.none)
  }

  private func sides(_ network: Network, _ size: Int, _ names: [String]) throws -> [Int] {
    let layers = try network.layers(imageSize: size)
    return try names.map { name in
      let shape = try #require(layers.first { $0.name == name }, "\(network.name) has no \(name)").output
      #expect(shape.height == shape.width)
      return shape.height
    }
  }
}
