import Foundation
import TestSupport
import Testing

@testable import Training

/// Images for training, which come from anywhere.
@Suite(.serialized) struct ImageFuzzTests {
  /// Three records in the one file of the test set.
  @Test func records() throws {
    let size = CIFARRecord.byteCount()
    var records = (0..<3 * size).map { UInt8(truncatingIfNeeded: 37 * $0) }
    for index in 0..<3 { records[index * size] = UInt8(3 * index) }
    try withDirectory { (directory: String) throws in
      // A change of a pixel is no damage, so few files are refused.
      Fuzzing(name: "cifar", corpus: [records]).run { bytes in
        try Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/test_batch.bin"))
        let files = try CIFARFiles(directory: directory, .test)
        for index in 0..<files.count { #expect(try files.read(index).pixels.count == 3 * 32 * 32) }
      }
    }
  }

  /// The libraries of the system read them, whose memory follows from what a file says of its size.
  @Test(arguments: ["png", "jpg"]) func images(format: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/images")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    // The one in the colours of a printer is refused as it is.
    let corpus = try names.filter { $0.hasSuffix(format) && $0 != "cmyk.jpg" }.map { name in
      [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }
    Fuzzing(name: format, corpus: corpus, allocationBase: .max / 2).run { bytes in
      let image = try ImageDecoder.image(bytes, label: 0, path: "x")
      #expect(image.pixels.count == 3 * image.height * image.width)
    }
  }
}
