import Tensors

/// A model of the zoo: where it comes from, how we deviate, and its layers as data.
package struct Network: Sendable {
  /// The name on the command line.
  package let name: String
  package let summary: String
  /// Author, year, title.
  package let citation: String
  /// The differences from the cited form, or `none`.
  package let deviations: String
  /// An input image.
  package let input: ImageShape
  /// Its height, in pixels.
  package var imageSize: Int { input.height }
  /// The values of its parameters, as of a network from a file; nil where they are random.
  package var values: (@Sendable (Parameter) throws -> [Float])?
  private let build: @Sendable (inout LayerBuilder) -> Void

  /// What batch norm adds to variances.
  package static let normalizationEpsilon = NormalizationState.epsilon

  package init(
    _ name: String, summary: String, citation: String, deviations: String = "none", input: ImageShape,
    layers build: @escaping @Sendable (inout LayerBuilder) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.citation = citation
    self.deviations = deviations
    self.input = input
    self.build = build
  }

  /// A network of square images with three channels.
  package init(
    _ name: String, summary: String, citation: String, deviations: String = "none", imageSize: Int = 224,
    layers build: @escaping @Sendable (inout LayerBuilder) -> Void
  ) {
    self.init(
      name, summary: summary, citation: citation, deviations: deviations,
      input: ImageShape(height: imageSize, width: imageSize, channels: 3), layers: build)
  }

  /// The input image for another height. The width keeps its proportion, so that the height alone names the size.
  package func input(imageSize: Int) -> ImageShape {
    let width = (Double(imageSize) * Double(input.width) / Double(input.height)).rounded()
    return ImageShape(height: imageSize, width: max(Int(width), 1), channels: input.channels)
  }

  /// The layers for images of a height of `imageSize`, 1 to `LayerBuilder.largestImage`, pixels.
  ///
  /// - Parameter widths: channels of layers that differ from the model's own, by layer name: narrow variants for tests.
  /// - Throws: `NetworkError.imageTooSmall` where a window does not fit, `.invalidLayer` where a layer cannot be.
  package func layers(imageSize: Int? = nil, widths: [String: Int] = [:]) throws(NetworkError) -> [Layer] {
    let size = imageSize ?? self.imageSize
    guard (1...LayerBuilder.largestImage).contains(size) else { throw .imageSizeOutOfRange(size) }
    let image = input(imageSize: size)
    guard image.width <= LayerBuilder.largestImage else { throw .imageSizeOutOfRange(size) }
    var builder = LayerBuilder(input: image, widths: widths)
    build(&builder)
    switch builder.error {
    case .imageTooSmall(let layer): throw .imageTooSmall(model: name, image: image, layer: layer)
    case .invalid(let reason): throw .invalidLayer(reason)
    case nil where builder.layers.isEmpty: throw .invalidLayer("\(name) has no layers.")
    case nil: return builder.layers
    }
  }
}

extension [Layer] {
  package var parameters: [Parameter] { flatMap(\.parameters) }
  /// Trainable floats.
  package var parameterCount: Int { parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count } }
  /// Multiply-adds of convolutions and fully connected layers, for one image.
  package var macs: Int { reduce(0) { $0 + $1.macs } }
}
