import Foundation
import TestSupport
import Testing

@testable import Training

/// Folders of classes with PNG and JPEG images.
@Suite struct ImageFolderTests {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/images").path

  /// 20x16 pixels, four colours in quadrants. All these kinds become the same bytes.
  @Test(arguments: ["rgb.png", "palette.png", "sixteen-bits.png", "alpha.png", "baseline.jpg", "progressive.jpg"])
  func coloursAreThoseOfTheFile(_ name: String) throws {
    try expectQuadrants(name, [[200, 40, 40], [40, 200, 40], [40, 40, 200], [120, 120, 120]])
  }

  @Test(arguments: ["grey.png", "grey.jpg"])
  func greyBecomesColour(_ name: String) throws {
    try expectQuadrants(name, [88, 134, 58, 120].map { [$0, $0, $0] })
  }

  /// Rounding of JPEG's transform at high quality, and of its colours.
  private static let jpegTolerance = 3

  private func expectQuadrants(_ name: String, _ colours: [[Int]]) throws {
    let image = try decode(fixture(name), name)
    #expect(image.width == 20 && image.height == 16 && image.label == 3)
    for (place, colour) in zip([(2, 2), (2, 17), (13, 2), (13, 17)], colours) {
      let first = 3 * (place.0 * 20 + place.1)
      let found = image.pixels[first..<first + 3].map(Int.init)
      for (value, expected) in zip(found, colour) {
        #expect(abs(value - expected) <= (name.hasSuffix("jpg") ? Self.jpegTolerance : 0), "\(name) \(place): \(found)")
      }
    }
  }

  /// Wherever a file ends early there is a sentence and no image.
  @Test(arguments: ["rgb.png", "palette.png", "sixteen-bits.png", "baseline.jpg", "progressive.jpg"])
  func filesThatEndEarlyAreDamaged(_ name: String) throws {
    let bytes = try fixture(name)
    let kind = name.hasSuffix("png") ? "PNG" : "JPEG"
    for count in stride(from: 8, to: bytes.count - 16, by: 7) {
      expectSentence("\(name): the \(kind) image is damaged (") { _ = try decode(Array(bytes.prefix(count)), name) }
    }
  }

  @Test func changedBytesOfAPNGAreFound() throws {
    var bytes = try fixture("rgb.png")
    bytes[bytes.count - 25] ^= 0x55
    expectSentence("rgb.png: the PNG image is damaged (") { _ = try decode(bytes, "rgb.png") }
  }

  @Test func otherFilesAreNoImages() throws {
    expectSentence("x.png: this is neither a PNG nor a JPEG image.") { _ = try decode(Array("GIF89a".utf8), "x.png") }
    expectSentence("x.png: the file is empty;") { _ = try decode([], "x.png") }
    expectSentence("cmyk.jpg: the JPEG image has the colours of a printer (CMYK);") {
      _ = try decode(fixture("cmyk.jpg"), "cmyk.jpg")
    }
  }

  // MARK: Folders

  @Test func classesAreTheFolders() throws {
    try withDirectory { (directory: String) throws in
      let files = [
        "dogs/b.PNG": "rgb.png", "dogs/a.jpeg": "baseline.jpg", "cats/1.png": "grey.png", "birds/x.png": "rgb.png",
      ]
      for (copy, image) in files { try place(image, "\(directory)/\(copy)") }
      try Data("a text".utf8).write(to: URL(fileURLWithPath: "\(directory)/cats/notes.txt"))
      let folder = try ImageFolder(directory, .training)
      #expect(folder.classes == ["birds", "cats", "dogs"] && folder.count == 4)
      let images = try (0..<4).map { try folder.read($0) }
      #expect(images.map(\.label) == [0, 1, 2, 2])
      let names = ["birds/x.png", "cats/1.png", "dogs/a.jpeg", "dogs/b.PNG"]
      #expect(images.map(\.origin) == names.map { "\(directory)/\($0)" })
      #expect(folder.noteOnSplit != nil)
    }
  }

  @Test func trainingAndTestMayBeFoldersOfTheirOwn() throws {
    try withDirectory { (directory: String) throws in
      for place in ["train/a/1.png", "train/a/2.png", "train/b/3.png", "val/a/4.png", "val/b/5.png"] {
        try self.place("rgb.png", "\(directory)/\(place)")
      }
      let (training, test) = (try ImageFolder(directory, .training), try ImageFolder(directory, .test))
      #expect(training.count == 3 && test.count == 2 && training.classes == ["a", "b"])
      #expect(try test.read(0).origin == "\(directory)/val/a/4.png")
      #expect(test.noteOnSplit == nil)
    }
  }

  @Test func foldersWithoutLabelsAreRefused() throws {
    try withDirectory { (directory: String) throws in
      expectSentence("there is no such folder, or it cannot be read.") { _ = try ImageFolder("\(directory)/x", .test) }
      expectSentence("the folder is empty. Put the images of each class into") { _ = try ImageFolder(directory, .test) }
      try place("rgb.png", "\(directory)/1.png")
      expectSentence("the folder has images, but no folder for a class.") { _ = try ImageFolder(directory, .test) }
      try place("rgb.png", "\(directory)/a/1.png")
      expectSentence("/1.png: the image has no class. Put it into") { _ = try ImageFolder(directory, .test) }
      try FileManager.default.removeItem(atPath: "\(directory)/1.png")
      try FileManager.default.createDirectory(atPath: "\(directory)/b", withIntermediateDirectories: true)
      expectSentence("/b: the class has no PNG or JPEG image.") { _ = try ImageFolder(directory, .test) }
    }
  }

  @Test func imagesAreReadWhenTheyAreNeeded() throws {
    try withDirectory { (directory: String) throws in
      try place("rgb.png", "\(directory)/a/1.png")
      let folder = try ImageFolder(directory, .training)
      try FileManager.default.removeItem(atPath: "\(directory)/a/1.png")
      expectSentence("a/1.png: the image cannot be read (No such file or directory)") { _ = try folder.read(0) }
    }
  }

  private func place(_ name: String, _ path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(Self.fixtures)/\(name)", toPath: path)
  }

  private func fixture(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(Self.fixtures)/\(name)")))
  }

  private func decode(_ bytes: [UInt8], _ name: String) throws -> LabelledImage {
    try ImageDecoder.image(bytes, label: 3, path: name)
  }
}
