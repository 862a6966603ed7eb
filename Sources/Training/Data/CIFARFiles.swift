import Foundation
import Terms

/// CIFAR-10 in its binary files: `data_batch_1.bin` to `data_batch_5.bin`, or `test_batch.bin`.
package final class CIFARFiles: ImageSource {
  package static let trainingFiles = (1...5).map { "data_batch_\($0).bin" }
  package static let testFiles = ["test_batch.bin"]
  /// The directory that the published archive unpacks to.
  private static let archive = "cifar-10-batches-bin"

  package let name = "CIFAR"
  package let count: Int
  package let classes = CIFARRecord.classes
  private let files: [File]

  private struct File {
    let path: String
    let descriptor: Int32
    /// The number of its first record among those of all files.
    let first: Int
    let count: Int
  }

  /// Where the files are: in `directory`, or in the archive's directory inside it; nil where none of them is.
  package static func find(in directory: String) -> String? {
    [directory, "\(directory)/\(archive)"].first { candidate in
      (trainingFiles + testFiles).contains { FileManager.default.fileExists(atPath: "\(candidate)/\($0)") }
    }
  }

  /// Opens the files and checks their sizes; records are checked as they are read.
  package init(directory: String, _ split: Split) throws(DataError) {
    var (files, first): ([File], Int) = ([], 0)
    for name in split == .training ? Self.trainingFiles : Self.testFiles {
      let path = "\(directory)/\(name)"
      let descriptor = open(path.systemPath, O_RDONLY | O_CLOEXEC)
      var status = stat()
      let size = descriptor >= 0 && fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
      let (count, rest) = size.quotientAndRemainder(dividingBy: CIFARRecord.byteCount())
      guard descriptor >= 0, status.st_mode & S_IFMT == S_IFREG, count > 0, rest == 0 else {
        let reason = descriptor < 0 ? String(cString: strerror(errno)) : nil
        if descriptor >= 0 { close(descriptor) }
        for file in files { close(file.descriptor) }
        throw DataError(
          path,
          reason.map { "the file cannot be read (\($0)). CIFAR-10 in binary form has it; unpack the archive again." }
            ?? ("\(size) bytes are not a whole number of records of \(CIFARRecord.byteCount()) bytes. The file is cut "
              + "short or of another format; get CIFAR-10's binary version."))
      }
      files.append(File(path: path, descriptor: descriptor, first: first, count: count))
      first += count
    }
    self.files = files
    count = first
  }

  deinit { for file in files { close(file.descriptor) } }

  package func read(_ index: Int) throws(DataError) -> LabelledImage {
    let file = files.last { $0.first <= index }!
    let record = index - file.first
    let size = CIFARRecord.byteCount()
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < size {
      let count = bytes.withUnsafeMutableBytes {
        pread(file.descriptor, $0.baseAddress! + filled, size - filled, record * size + filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = count == 0 ? "the file has become shorter" : String(cString: strerror(errno))
        throw DataError("\(file.path), record \(record)", "it cannot be read: \(reason).")
      }
      filled += count
    }
    return try CIFARRecord.image(bytes, origin: "\(file.path), record \(record)")
  }
}
