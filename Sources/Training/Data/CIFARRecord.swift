/// A record of CIFAR-10's binary format: one byte of label, then a red, a green and a blue plane.
///
/// Source: Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images, and the format's description beside
/// the data. Images of the format are 32x32; other sides are for synthetic sets.
package struct CIFARRecord {
  package static let side = 32
  package static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  package static func byteCount(side: Int = Self.side) -> Int { 1 + 3 * side * side }

  /// The image of a record, its planes interleaved.
  ///
  /// - Parameter origin: the file and the number of the record, for the sentence of an error
  package static func image(
    _ bytes: [UInt8], side: Int = Self.side, classes: Int = Self.classes.count, origin: String
  ) throws(DataError) -> LabelledImage {
    guard bytes[0] < classes else {
      throw DataError(
        origin,
        "the label is \(bytes[0]), but only 0 to \(classes - 1) are classes. The file is damaged or of another "
          + "format; get it again.")
    }
    let plane = side * side
    var pixels = [UInt8](repeating: 0, count: 3 * plane)
    for pixel in 0..<plane {
      for channel in 0..<3 { pixels[3 * pixel + channel] = bytes[1 + channel * plane + pixel] }
    }
    return LabelledImage(label: Int(bytes[0]), height: side, width: side, pixels: pixels, origin: origin)
  }
}
