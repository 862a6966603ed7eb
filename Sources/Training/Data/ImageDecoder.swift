import CImageFiles

/// Decodes PNG and JPEG files with the system's libpng and libjpeg, which are loaded when the first image needs them.
enum ImageDecoder {
  /// 8 bits for each of red, green and blue, whatever the file has: palettes and grey images become colours, 16 bits
  /// become 8, transparent pixels are black beneath.
  ///
  /// - Throws: `DataError` where the file is damaged, is no image of these formats, or the library is missing
  static func image(_ bytes: [UInt8], label: Int, path: String) throws(DataError) -> LabelledImage {
    let decode: (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<bench_image>) -> Int32
    if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) {
      decode = bench_decode_png
    } else if bytes.starts(with: [0xff, 0xd8]) {
      decode = bench_decode_jpeg
    } else {
      throw DataError(
        path, bytes.isEmpty ? "the file is empty; replace or remove it." : "this is neither a PNG nor a JPEG image.")
    }
    var image = bench_image()
    defer { bench_image_free(&image) }
    guard decode(bytes, bytes.count, &image) == 0 else {
      let reason = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw DataError(path, reason)
    }
    let (height, width) = (Int(image.height), Int(image.width))
    let pixels = [UInt8](UnsafeBufferPointer(start: image.pixels, count: 3 * height * width))
    return LabelledImage(label: label, height: height, width: width, pixels: pixels, origin: path)
  }
}
