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
  /// Side of the square input image, in pixels.
  package let imageSize: Int
  private let build: @Sendable (inout LayerBuilder) -> Void

  package init(
    _ name: String, summary: String, citation: String, deviations: String = "none", imageSize: Int = 224,
    layers build: @escaping @Sendable (inout LayerBuilder) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.citation = citation
    self.deviations = deviations
    self.imageSize = imageSize
    self.build = build
  }

  /// The layers for square images of `imageSize`, at most `LayerBuilder.largestImage`, pixels.
  ///
  /// - Parameter widths: channels of layers that differ from the model's own, by layer name: narrow variants for tests.
  /// - Throws: `NetworkError.imageTooSmall` where a VALID pooling window does not fit.
  package func layers(imageSize: Int? = nil, widths: [String: Int] = [:]) throws(NetworkError) -> [Layer] {
    let size = imageSize ?? self.imageSize
    guard (1...LayerBuilder.largestImage).contains(size) else { throw .imageSizeOutOfRange(size) }
    var builder = LayerBuilder(input: ImageShape(height: size, width: size, channels: 3), widths: widths)
    build(&builder)
    if let layer = builder.emptyLayer { throw .imageTooSmall(model: name, imageSize: size, layer: layer) }
    if let reason = builder.invalidWidth { throw .invalidWidth(reason) }
    return builder.layers
  }
}

extension [Layer] {
  package var parameters: [Parameter] { flatMap(\.parameters) }
  /// Trainable floats.
  package var parameterCount: Int { parameters.filter(\.isTrainable).reduce(0) { $0 + $1.count } }
  /// Multiply-adds of convolutions and fully connected layers, for one image.
  package var macs: Int { reduce(0) { $0 + $1.macs } }
}
