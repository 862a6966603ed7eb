/// Images with labels, read one by one.
package protocol ImageSource: Sendable {
  /// What messages call the set: `CIFAR`.
  var name: String { get }
  /// Images in it, at least 1.
  var count: Int { get }
  /// The names of the labels, from 0 on.
  var classes: [String] { get }
  /// Reads an image. Several threads call this at once.
  func read(_ index: Int) throws(DataError) -> LabelledImage
}

/// An image of bytes.
package struct LabelledImage: Equatable, Sendable {
  package let label: Int
  package let height: Int
  package let width: Int
  /// [height, width, 3]: red, green, blue.
  package let pixels: [UInt8]
  /// Where it comes from, for messages.
  package let origin: String

  package init(label: Int, height: Int, width: Int, pixels: [UInt8], origin: String) {
    self.label = label
    self.height = height
    self.width = width
    self.pixels = pixels
    self.origin = origin
  }
}

/// What images are for.
package enum Split: String, Sendable {
  case training
  case test
}
