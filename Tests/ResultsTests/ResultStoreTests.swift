import Foundation
import TestSupport
import Testing

@testable import Results

@Suite struct ResultStoreTests {
  @Test func savesUnderANameOfItsOwnAndReadsBack() throws {
    try withDirectory { (directory: String) throws in
      let store = ResultStore(directory: "\(directory)/results/runs")
      let paths = try (0..<3).map { _ in try store.save(full, model: "vgg16") }
      #expect(
        try contents(store.directory) == [
          "2026-01-31T12-00-00.123456Z-vgg16-2.json", "2026-01-31T12-00-00.123456Z-vgg16-3.json",
          "2026-01-31T12-00-00.123456Z-vgg16.json",
        ])
      #expect(Set(paths).count == 3)
      for path in paths { #expect(try ResultStore.read(path) == full) }
    }
  }

  @Test func replacesAFileWhole() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/out.json"
      try ResultStore.write(full, to: path)
      var other = full
      other.records.removeLast()
      try ResultStore.write(other, to: path)
      #expect(try ResultStore.read(path) == other)
      #expect(try contents(directory) == ["out.json"])
    }
  }

  @Test func leavesASymbolicLinkInPlace() throws {
    try withDirectory { (directory: String) throws in
      try ResultStore.write(full, to: "\(directory)/real.json")
      try FileManager.default.createSymbolicLink(
        atPath: "\(directory)/link.json", withDestinationPath: "\(directory)/real.json")
      var other = full
      other.records = []
      try ResultStore.write(other, to: "\(directory)/link.json")
      #expect(try ResultStore.read("\(directory)/real.json") == other)
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/link.json")
      #expect(target == "\(directory)/real.json")
    }
  }

  @Test func fullDiskLeavesWhatWasThere() throws {
    try withDirectory { (directory: String) throws in
      let path = "\(directory)/out.json"
      try ResultStore.write(full, to: path)
      var disk = AtomicFile()
      var room = 100
      disk.write = { file, bytes, count in
        let fits = min(count, room)
        if fits == 0 {
          errno = ENOSPC
          return -1
        }
        room -= fits
        return Foundation.write(file, bytes, fits)
      }
      #expect(throws: ResultsError.noSpace(path: path)) { try disk.replace(path, with: Data(count: 1000)) }
      #expect(try ResultStore.read(path) == full)
      #expect(throws: ResultsError.noSpace(path: "\(directory)/new.json")) {
        try disk.create("\(directory)/new.json", with: Data(count: 1000))
      }
      #expect(try contents(directory) == ["out.json"])
    }
  }

  /// A writer that is killed holds no lock any longer; one that lives does.
  @Test func whatAKilledWriterLeftIsRemoved() throws {
    try withDirectory { (directory: String) throws in
      let names = [".bench-1-1.tmp", ".bench-1-2.tmp", ".bench-notes.txt", "bench-1-3.tmp"]
      for name in names { try Data("half".utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)")) }
      let writer = open("\(directory)/.bench-1-2.tmp", O_WRONLY)
      defer { close(writer) }
      #expect(flock(writer, LOCK_EX) == 0)
      try ResultStore.write(full, to: "\(directory)/out.json")
      #expect(try contents(directory) == [".bench-1-2.tmp", ".bench-notes.txt", "bench-1-3.tmp", "out.json"])
    }
  }

  /// They remove what others have abandoned, and nothing that another one still writes.
  @Test func manyWritersInOneDirectoryLoseNothing() throws {
    try withDirectory { (directory: String) throws in
      DispatchQueue.concurrentPerform(iterations: 200) { index in
        try? AtomicFile().replace("\(directory)/\(index)", with: Data("\(index)".utf8))
      }
      #expect(try contents(directory) == (0..<200).map { "\($0)" }.sorted())
    }
  }

  @Test func interruptedWritesGoOn() throws {
    try withDirectory { (directory: String) throws in
      var disk = AtomicFile()
      var calls = 0
      disk.write = { file, bytes, count in
        calls += 1
        if calls.isMultiple(of: 2) {
          errno = EINTR
          return -1
        }
        return Foundation.write(file, bytes, min(count, 7))
      }
      let bytes = Data((0..<100).map { UInt8($0) })
      try disk.replace("\(directory)/out", with: bytes)
      #expect(FileManager.default.contents(atPath: "\(directory)/out") == bytes)
    }
  }

  /// Every write to this device finds the disk full. The error must be reported, and the device must stay a device.
  @Test func devicesAreWrittenInPlace() throws {
    #expect(throws: ResultsError.noSpace(path: "/dev/full")) { try ResultStore.write(full, to: "/dev/full") }
    try ResultStore.write(full, to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func directoriesAndMissingFilesAreSaid() throws {
    try withDirectory { (directory: String) throws in
      #expect(throws: ResultsError.isDirectory(path: directory)) { try ResultStore.write(full, to: directory) }
      #expect(throws: ResultsError.isDirectory(path: directory)) { try ResultStore.read(directory) }
      let missing = "\(directory)/none/out.json"
      #expect(throws: ResultsError.cannotWrite(path: missing, reason: "No such file or directory")) {
        try ResultStore.write(full, to: missing)
      }
      #expect(throws: ResultsError.cannotRead(path: missing, reason: "No such file or directory")) {
        try ResultStore.read(missing)
      }
      #expect(try contents(directory).isEmpty)
    }
  }

  /// A file in the place of a directory stops the superuser too; permissions do not.
  @Test func directoryThatCannotBeMadeIsSaid() throws {
    try withDirectory { (directory: String) throws in
      _ = FileManager.default.createFile(atPath: "\(directory)/results", contents: nil)
      let path = "\(directory)/results/runs"
      #expect(throws: ResultsError.cannotWrite(path: path, reason: "the directory cannot be made")) {
        try ResultStore(directory: path).save(full, model: "vgg16")
      }
    }
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
  func readOnlyDirectoryIsSaid() throws {
    try withDirectory { (directory: String) throws in
      chmod(directory, 0o555)
      defer { chmod(directory, 0o755) }
      let path = "\(directory)/out.json"
      #expect(throws: ResultsError.cannotWrite(path: path, reason: "Permission denied")) {
        try ResultStore.write(full, to: path)
      }
      #expect(try contents(directory).isEmpty)
    }
  }

  /// /proc takes no new files, even from the superuser.
  @Test func placeThatTakesNoFilesIsSaid() {
    let error = #expect(throws: ResultsError.self) { try ResultStore.write(full, to: "/proc/bench.json") }
    #expect(error?.description.hasPrefix("Cannot write /proc/bench.json (") == true)
  }
}
