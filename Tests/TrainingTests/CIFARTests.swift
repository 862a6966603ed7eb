import Foundation
import TestSupport
import Testing

@testable import Training

/// CIFAR-10's binary files, and those that are damaged.
@Suite struct CIFARTests {
  @Test func recordsOfAllFilesAreReadInOrder() throws {
    try withDirectory { (directory: String) throws in
      let synthetic = SyntheticImages(.training, count: 35)
      try write((0..<35).map(synthetic.record), to: directory)
      let files = try CIFARFiles(directory: directory, .training)
      #expect(files.count == 35 && files.classes[8] == "ship")
      for index in 0..<35 {
        let (found, expected) = (try files.read(index), try synthetic.read(index))
        #expect(found.label == expected.label && found.pixels == expected.pixels, "\(index)")
      }
      #expect(try files.read(15).origin == "\(directory)/data_batch_3.bin, record 1")
    }
  }

  /// Red, green and blue planes become pixels.
  @Test func planesAreInterleaved() throws {
    var record = [UInt8](repeating: 0, count: CIFARRecord.byteCount())
    record[0] = 9
    for (plane, value) in [10, 20, 30].enumerated() { record[1 + plane * 1024 + 33] = UInt8(value) }
    let image = try CIFARRecord.image(record, origin: "x")
    #expect(image.label == 9 && image.height == 32 && image.width == 32)
    // Pixel 33 is the second one of the second row.
    #expect(Array(image.pixels[3 * 33..<3 * 34]) == [10, 20, 30])
    #expect(image.pixels.count { $0 != 0 } == 3)
  }

  @Test func damagedLabelIsASentence() throws {
    try withDirectory { (directory: String) throws in
      var records = (0..<10).map(SyntheticImages(.training, count: 10).record)
      records[7][0] = 200
      try write(records, to: directory)
      let files = try CIFARFiles(directory: directory, .training)
      expectSentence("data_batch_4.bin, record 1: the label is 200, but only 0 to 9 are classes.") {
        _ = try files.read(7)
      }
      #expect(try files.read(6).label == 6)
    }
  }

  @Test func filesOfAnotherSizeAreRefused() throws {
    try withDirectory { (directory: String) throws in
      try write((0..<10).map(SyntheticImages(.training, count: 10).record), to: directory)
      let path = "\(directory)/data_batch_5.bin"
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for bytes in [whole.dropLast(), whole.prefix(0), Data(count: 3072)] {
        try bytes.write(to: URL(fileURLWithPath: path))
        expectSentence("data_batch_5.bin: \(bytes.count) bytes are not a whole number of records of 3073 bytes.") {
          _ = try CIFARFiles(directory: directory, .training)
        }
      }
      try FileManager.default.removeItem(atPath: path)
      expectSentence("data_batch_5.bin: the file cannot be read (No such file or directory).") {
        _ = try CIFARFiles(directory: directory, .training)
      }
      expectSentence("test_batch.bin: the file cannot be read") { _ = try CIFARFiles(directory: directory, .test) }
    }
  }

  /// A file that is overwritten while it is read ends the training with a sentence, not with other images.
  @Test func fileThatShrinksIsASentence() throws {
    try withDirectory { (directory: String) throws in
      try write((0..<10).map(SyntheticImages(.training, count: 10).record), to: directory)
      let files = try CIFARFiles(directory: directory, .training)
      try #require(truncate("\(directory)/data_batch_1.bin", 3073 + 5) == 0)
      expectSentence("data_batch_1.bin, record 1: it cannot be read: the file has become shorter.") {
        _ = try files.read(1)
      }
    }
  }

  @Test func filesAreFoundInTheArchivesDirectory() throws {
    try withDirectory { (directory: String) throws in
      let inner = "\(directory)/cifar-10-batches-bin"
      try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
      try write((0..<10).map(SyntheticImages(.training, count: 10).record), to: inner)
      let source = try DataSet.open(directory, .training, imageSize: 24, outputs: 10)
      #expect(source.name == "CIFAR" && source.count == 10)
      expectSentence("the set has 10 classes, more than the 2 that the network tells apart.") {
        _ = try DataSet.open(directory, .training, imageSize: 24, outputs: 2)
      }
    }
  }

  /// Equal shares in five files.
  private func write(_ records: [[UInt8]], to directory: String) throws {
    let share = records.count / 5
    for (index, name) in CIFARFiles.trainingFiles.enumerated() {
      let bytes = records[index * share..<(index + 1) * share].flatMap(\.self)
      try Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
    }
  }
}
